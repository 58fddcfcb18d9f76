import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';

/**
 * What every kind of answer is for its official client, in TypeScript, which tells what is missing, what is too much and
 * what is of another type. What clients make up themselves, or don't know yet, is said beside their types.
 */
const types = `
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { Response, ResponseErrorEvent, ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { Message, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import type { ChatResponse, Message as Said, ToolCall } from 'ollama';

// Other servers' thoughts.
type Thinking = { reasoning_content?: string };
type Whole = ChatCompletion & { choices: { message: Thinking }[] };
type Chunk = ChatCompletionChunk & { choices: { delta: Thinking }[] };

// The client makes up the text by itself. An error is told as other streams of the API tell it, too.
type Without<T> = T extends { response: Response } ? Omit<T, 'response'> & { response: Answer } : T;
type Answer = Omit<Response, 'output_text'> & { store: boolean };
type Event = Without<Exclude<ResponseStreamEvent, ResponseErrorEvent>> | (ResponseErrorEvent & { error?: object });

// The API leaves out what is null to the client, and who calls, which is always the model.
type Nulls<T> = { [K in keyof T]: K extends 'caller' ? K : null extends T[K] ? K : never }[keyof T];
type Sparse<T> = T extends (infer E)[] ? Sparse<E>[] : T extends object ? { [K in Exclude<keyof T, Nulls<T>>]: Sparse<T[K]> } & { [K in Nulls<T>]?: Sparse<T[K]> } : T;

// Dates are text, and newer servers number calls and tell the bytes of tokens.
type Token = { bytes?: number[] };
type Part = Partial<Omit<ChatResponse, 'created_at' | 'message'>> & {
  created_at: string;
  message: Omit<Said, 'tool_calls'> & { tool_calls?: (ToolCall & { id?: string; function: { index: number } })[] };
  logprobs?: (Token & { top_logprobs?: Token[] })[];
};
`;

const folder = new URL('../../vectors/answers/', import.meta.url);

/** The answers that the broker writes, by their files, and the types of what is in them. */
const files = {
  'openai.json': 'Whole',
  'openai.stream': 'Chunk',
  'responses.json': 'Answer',
  'responses.stream': 'Event',
  'anthropic.json': 'Sparse<Message>',
  'anthropic.stream': 'Sparse<RawMessageStreamEvent>',
  'ollama.json': 'Part',
  'ollama.stream': 'Part',
};

const program = programOf(
  Object.entries(files).map(([file, type]) => {
    const told = readdirSync(folder).flatMap((name) =>
      bodiesIn(readFileSync(new URL(`${name}/${file}`, folder), 'utf8')),
    );
    return [file, `${types}\nexport default [\n${told.map((json) => `${json} satisfies ${type}`).join(',\n')}\n];`];
  }),
);

it.each(Object.entries(files))('every %s is a %s to its client', (file) => {
  const problems = program
    .getSemanticDiagnostics(program.getSourceFile(placeOf(file)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect([...new Set(problems)]).toEqual([]);
});

/** The JSON of a file: its only object, or that of each event or line; without errors. */
function bodiesIn(text: string): readonly string[] {
  const told = text.startsWith('{\n') ? [text.trim()] : text.split('\n').map((line) => line.replace(/^data: /, ''));
  return told.filter((json) => json.startsWith('{') && !/^\{\s*("type":\s*"error",\s*)?"error"/.test(json));
}

/** Beside this file, so that it finds the clients. */
function placeOf(file: string): string {
  return new URL(`${file}.ts`, import.meta.url).pathname;
}

function programOf(sources: readonly (readonly [file: string, source: string])[]): ts.Program {
  const told = new Map(sources.map(([file, source]) => [placeOf(file), source]));
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: ['node'], target: ts.ScriptTarget.ES2022 },
    ...{ module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, version, ...more) => {
    const source = told.get(path);
    return source === undefined ? read(path, version, ...more) : ts.createSourceFile(path, source, version);
  };
  return ts.createProgram([...told.keys()], options, host);
}
