import { createHash } from 'node:crypto';

/** What every model of the stand-ins answers by itself, token by token. Holds characters of two, three and four bytes. */
export const tokens = ['Grü', 'ße', ' from', ' the', ' stand-in', ' 你好', ' 👋', '.'];

/** What it thinks before, where it is asked to think. */
const thoughts = ['Let', ' me', ' see', '…'];

/** Tokens of every prompt. */
export const promptTokens = 12;

/** What a request asks of a model, whatever the dialect. */
export interface Turn {
  /** The user says something, and these may be called. */
  readonly tools: readonly Tool[];
  /** What tools that were called answered, if that is the last that was said. */
  readonly results: readonly Result[];
  readonly thinks: boolean;
  /** JSON Schema of the answer, `{}` for any JSON; undefined for text. */
  readonly schema: object | undefined;
  /** The assistant's own words, which it is to go on from. */
  readonly begun: string;
}

interface Tool {
  readonly name: string;
  readonly schema: object;
}

interface Result {
  readonly name: string;
  readonly text: string;
}

/** What a model says, in this order. */
export interface Said {
  readonly thoughts: readonly string[];
  readonly texts: readonly string[];
  /** Each with the pieces of its arguments' JSON. */
  readonly calls: readonly { readonly name: string; readonly pieces: readonly string[] }[];
  /** How many tokens that is. */
  readonly tokens: number;
}

/**
 * What is said to a turn: calls of two tools at once, where it is the user's and there are tools; what they answered is
 * told behind the text. JSON and arguments are made of their schema.
 *
 * @param own what the model says where it is asked for nothing else
 */
export function saidTo({ tools, results, thinks, schema, begun }: Turn, own: readonly string[]): Said {
  const [first, second = first] = tools;
  const called = first === undefined || second === undefined ? [] : [first, second];
  const calls = called.map(({ name, schema: parameters }, index) => ({
    name,
    pieces: pieces(JSON.stringify(example(parameters, index))),
  }));
  const told = [...own, ...results.map(({ name, text }) => ` ${name}: ${text}`)];
  const texts = calls.length > 0 ? [] : schema ? pieces(JSON.stringify(example(schema))) : after(told, begun);
  const said = { thoughts: thinks ? thoughts : [], texts, calls };
  const count = [...said.thoughts, ...texts, ...calls.flatMap((call) => call.pieces)].length;
  return { ...said, tokens: count };
}

function pieces(text: string): readonly string[] {
  return text.match(/.{1,7}/gsu) ?? [];
}

/** What is left of tokens behind a beginning, or all of them if they don't begin so. */
function after(all: readonly string[], begun: string): readonly string[] {
  if (!all.join('').startsWith(begun)) return all;
  let before = 0;
  return all.flatMap((token) => {
    const rest = token.slice(Math.max(0, begun.length - before));
    before += token.length;
    return rest === '' ? [] : [rest];
  });
}

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** A value of a schema. @param variant which one, where there are several */
function example(schema: Schema, variant = 0): unknown {
  const { type, enum: values = [], anyOf = [], properties = { city: { type: 'string' } }, items = {} } = schema;
  if (values.length > 0) return values[variant % values.length];
  if (anyOf[0] !== undefined) return example(anyOf[0], variant);
  switch (type) {
    case 'array':
      return [example(items, 0), example(items, 1)];
    case 'string':
      return variant === 0 ? 'Köln' : 'Tromsø';
    case 'integer':
    case 'number':
      return 42 + variant;
    case 'boolean':
      return variant === 0;
    case 'null':
      return null;
    default:
      return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, example(each, variant)]));
  }
}

/** The vector of a text: of length 1, and of numbers that are the same in 32 bits. */
export function vectorOf(text: string): readonly number[] {
  const hash = createHash('sha256').update(text).digest();
  return Array.from({ length: 16 }, (_, index) => ((hash[index] ?? 0) < 128 ? 0.25 : -0.25));
}

/** JSON objects of a list that may not be one. */
export function listed(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? (value as readonly Readonly<Record<string, unknown>>[]) : [];
}

/** What stands behind the last entry that doesn't fit. */
export function trailing<T>(all: readonly T[], fits: (one: T) => boolean): readonly T[] {
  return all.slice(all.findLastIndex((one) => !fits(one)) + 1);
}
