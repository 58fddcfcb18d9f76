import { CallIds } from '../callIds.js';
import { type Message, type Part, textOf, textParts, type ToolCall } from '../chat.js';
import { Untranslatable } from '../codec.js';
import { argumentsFrom, type Fields, isObject, present } from '../fields.js';
import type { Reader } from '../reader.js';
import { readContent, writeContent } from './parts.js';

/**
 * The messages of a chat completion (OpenAI's API reference). `reasoning_content` and `reasoning` are what the assistant
 * thought: the one with DeepSeek, llama.cpp and others, the other with OpenRouter, Ollama and vLLM. `function_call` and the
 * role `function` are what `tool_calls` and `tool` were before.
 *
 * @throws {InvalidRequest} for roles that it doesn't have, and results of no call
 * @throws {Untranslatable} for what no other API has: files, answers in sound
 */
export function readMessages(body: Reader): readonly Message[] {
  if (body.value('messages') === undefined) throw body.invalid('messages', 'a list of messages');
  const ids = new CallIds();
  return body.objects('messages').map((message) => {
    const read = readMessage(message, ids);
    message.rest();
    return read;
  });
}

function readMessage(message: Reader, ids: CallIds): Message {
  const role = message.text('role');
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: contentNeeded(message) };
    case 'user':
      return { role: 'user', content: contentNeeded(message) };
    case 'assistant':
      return readAnswer(message, ids);
    case 'tool':
    case 'function':
      return readResult(message, ids);
    default:
      throw message.invalid('role', '"system", "developer", "user", "assistant" or "tool"');
  }
}

function contentNeeded(message: Reader): readonly Part[] {
  if (message.value('content') === undefined) throw message.invalid('content', 'a string or a list of parts');
  return readContent(message);
}

function readAnswer(message: Reader, ids: CallIds): Message {
  if (message.value('audio') !== undefined) {
    throw new Untranslatable(
      `"${message.at('audio')}": an answer in sound can't be carried; send what it said as text`,
    );
  }
  const content = readContent(message);
  const refusal = message.text('refusal') ?? '';
  // Some write both, the one a copy of the other.
  const [deepseek, openrouter] = [message.text('reasoning_content'), message.text('reasoning')];
  const thought = [deepseek, openrouter].find((text) => text !== undefined && text !== '');
  const former = message.object('function_call');
  const calls = [
    ...message.objects('tool_calls').map((call) => readCall(call, ids)),
    ...(former === undefined ? [] : [readFunction(former, '', ids)]),
  ];
  return {
    role: 'assistant',
    content: content.length === 0 ? textParts(refusal) : content,
    ...(thought === undefined ? {} : { thinking: { text: thought } }),
    calls,
  };
}

function readCall(call: Reader, ids: CallIds): ToolCall {
  const type = call.text('type') ?? 'function';
  if (type !== 'function') {
    throw new Untranslatable(`"${call.at('type')}": a call of a "${type}" tool can't be carried; use functions`);
  }
  // Ollama's and others' clients send back the index of the stream.
  call.pass('index');
  const asked = call.needed('function', call.object('function'), 'an object with "name" and "arguments"');
  const read = readFunction(asked, call.text('id') ?? '', ids);
  call.rest();
  return read;
}

function readFunction(asked: Reader, id: string, ids: CallIds): ToolCall {
  const name = asked.text('name');
  if (name === undefined || name === '') throw asked.invalid('name', 'the name of a tool');
  const given = asked.value('arguments') ?? {};
  // llama.cpp takes an object as well.
  const read = typeof given === 'string' ? argumentsFrom(given) : given;
  if (!isObject(read)) throw asked.invalid('arguments', 'the JSON of an object');
  asked.rest();
  return { id: ids.call(id, name), name, arguments: read };
}

function readResult(message: Reader, ids: CallIds): Message {
  const name = message.text('name') ?? '';
  const callId = message.text('tool_call_id') ?? '';
  const call = ids.result(callId, name);
  if (call === undefined && callId === '') {
    throw message.invalid('tool_call_id', 'the id of the call that this is the result of');
  }
  return {
    role: 'tool',
    callId: call?.id ?? callId,
    name: call?.name ?? name,
    content: readContent(message),
    failed: false,
  };
}

/**
 * Messages as OpenAI's API takes them. Pictures in a tool's result follow behind all results as a user's message: a
 * message of a tool has only text.
 *
 * @param dropped where the names go of what it has no word for
 * @throws {Untranslatable} for a picture where it takes only text, and for a result of no call
 */
export function writeMessages(messages: readonly Message[], dropped: Set<string>): readonly Fields[] {
  const ids = new CallIds();
  const written: Fields[] = [];
  let shown: Part[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      written.push(writeResult(message, ids, dropped));
      shown.push(...message.content.filter(({ type }) => type !== 'text'));
      continue;
    }
    if (message.role === 'user') {
      written.push({ role: 'user', content: writeContent([...shown, ...message.content]) });
    } else {
      if (shown.length > 0) written.push({ role: 'user', content: writeContent(shown) });
      written.push(message.role === 'system' ? writeSystem(message.content) : writeAnswer(message, ids, dropped));
    }
    shown = [];
  }
  if (shown.length > 0) written.push({ role: 'user', content: writeContent(shown) });
  return written;
}

function onlyText(content: readonly Part[], role: string): string {
  if (content.some(({ type }) => type !== 'text')) {
    throw new Untranslatable(
      `"messages": a message of the ${role} can only have text in OpenAI's API; send pictures and sound in a user's message`,
    );
  }
  return textOf(content);
}

function writeSystem(content: readonly Part[]): Fields {
  return { role: 'system', content: onlyText(content, 'system') };
}

function writeAnswer(
  { content, thinking, calls }: Extract<Message, { role: 'assistant' }>,
  ids: CallIds,
  dropped: Set<string>,
): Fields {
  const text = onlyText(content, 'assistant');
  if (thinking?.signature !== undefined) dropped.add('signature');
  const thought = thinking?.text ?? '';
  return present({
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    reasoning_content: thought === '' ? undefined : thought,
    tool_calls: calls.length === 0 ? undefined : calls.map((call) => writeCall(call, ids)),
  });
}

function writeCall(call: ToolCall, ids: CallIds): Fields {
  return {
    id: ids.call(call.id, call.name),
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  };
}

function writeResult(
  { callId, name, content, failed }: Extract<Message, { role: 'tool' }>,
  ids: CallIds,
  dropped: Set<string>,
): Fields {
  const id = ids.result(callId, name)?.id ?? callId;
  if (id === '') {
    throw new Untranslatable(
      `"messages": the result of "${name}" follows no call of it; OpenAI's API needs the call before its result`,
    );
  }
  if (failed) dropped.add('is_error');
  return { role: 'tool', tool_call_id: id, content: textOf(content) };
}
