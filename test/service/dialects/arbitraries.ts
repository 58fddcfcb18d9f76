import fc from 'fast-check';
import type { ChatEvent, FinishReason, TokenProbability, Usage } from '../../../service/dialects/events.js';
import type { Fields } from '../../../service/dialects/fields.js';

/** Any text but none. */
export const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });

/** Any JSON object, as it is when it has been read from its text. */
export const object: fc.Arbitrary<Fields> = fc
  .dictionary(word, fc.jsonValue({ maxDepth: 2 }))
  .map((value) => JSON.parse(JSON.stringify(value)) as Fields);

/** What a dialect has words for in an answer. */
export interface Words {
  readonly signatures?: boolean;
  readonly probabilities?: boolean;
  readonly stopSequences?: boolean;
  /** Pieces of a call's arguments come behind what begins after it. */
  readonly turns?: boolean;
  readonly reasons: readonly Exclude<FinishReason, 'tools'>[];
  readonly usage: fc.Arbitrary<Usage | undefined>;
}

const tokens = fc.nat(1_000_000);

/** Tokens read and written. */
export const counted: fc.Arbitrary<Usage> = fc.record({ prompt: tokens, answer: tokens });

/** The same, and what of them came from a cache or was thought. */
export const countedInDetail: fc.Arbitrary<Usage> = fc
  .record({ fresh: tokens, answer: tokens, cached: tokens, thinking: tokens }, { requiredKeys: ['fresh', 'answer'] })
  .map(({ fresh, ...usage }) => ({ prompt: fresh + (usage.cached ?? 0), ...usage }));

/** A usage, or none. */
export const perhaps = (usage: fc.Arbitrary<Usage>): fc.Arbitrary<Usage | undefined> =>
  fc.option(usage, { nil: undefined });

/** The events of one thing that is said; those in `later` come behind as many other things. */
interface Said {
  readonly now: readonly ChatEvent[];
  readonly later?: readonly { readonly delay: number; readonly event: ChatEvent }[];
}

const probability = fc.record(
  { token: fc.string(), logprob: fc.integer({ min: -9, max: 0 }), bytes: fc.array(fc.nat(255), { minLength: 1 }) },
  { requiredKeys: ['token', 'logprob'] },
);
const probabilities: fc.Arbitrary<readonly TokenProbability[]> = fc.array(
  fc
    .tuple(probability, fc.array(probability, { maxLength: 2 }))
    .map(([own, alternatives]) => ({ ...own, alternatives })),
  { minLength: 1, maxLength: 2 },
);

/** A call with its arguments in pieces. @param turns whether they come late */
function calling(turns: boolean): fc.Arbitrary<(index: number) => Said> {
  const cuts = fc.array(fc.tuple(fc.nat(40), fc.nat(turns ? 4 : 0)), { maxLength: 3 });
  return fc.tuple(word, object, cuts).map(([name, given, at]) => (index): Said => {
    const json = JSON.stringify(given);
    const ends = [...at.map(([end]) => Math.min(end, json.length)).sort((a, b) => a - b), json.length];
    const delays = at.map(([, delay]) => delay).sort((a, b) => a - b);
    const pieces = ends.map((end, place) => ({
      delay: delays[place] ?? delays.at(-1) ?? 0,
      json: json.slice(ends[place - 1] ?? 0, end),
    }));
    return {
      now: [{ type: 'toolCall', index, id: `id_${index}`, name }],
      later: pieces
        .filter((piece) => piece.json !== '')
        .map((piece) => ({ delay: piece.delay, event: { type: 'toolArguments', index, json: piece.json } })),
    };
  });
}

/** Any answer that a dialect has words for: text, thoughts and calls in any order. */
export function answersWith(words: Words): fc.Arbitrary<readonly ChatEvent[]> {
  const said = (events: readonly ChatEvent[]) => (): Said => ({ now: events });
  const things: fc.Arbitrary<(index: number) => Said>[] = [
    word.map((text) => said([{ type: 'text', text }])),
    word.map((text) => said([{ type: 'thinking', text }])),
    calling(words.turns === true),
  ];
  if (words.signatures === true) {
    things.push(
      fc.tuple(word, word).map(([text, signature]) =>
        said([
          { type: 'thinking', text },
          { type: 'signature', signature },
        ]),
      ),
    );
  }
  if (words.probabilities === true) {
    things.push(fc.tuple(word, probabilities).map(([text, logprobs]) => said([{ type: 'text', text, logprobs }])));
  }
  const stopSequence = words.stopSequences === true ? fc.option(word, { nil: undefined }) : fc.constant(undefined);
  return fc
    .tuple(
      word,
      fc.array(fc.oneof(...things), { maxLength: 8 }),
      fc.constantFrom(...words.reasons),
      stopSequence,
      words.usage,
    )
    .map(([model, parts, why, stopped, usage]): readonly ChatEvent[] => {
      const slots: ChatEvent[][] = Array.from({ length: parts.length + 5 }, () => []);
      let calls = 0;
      parts.forEach((part, place) => {
        const { now, later } = part(calls);
        // What comes late from before stands behind.
        slots[place]?.unshift(...now);
        if (later === undefined) return;
        calls += 1;
        for (const { delay, event } of later) slots[place + delay]?.push(event);
      });
      const reason = calls > 0 && why === 'stop' ? 'tools' : why;
      const sequence = reason === 'stop' && stopped !== undefined ? { stopSequence: stopped } : {};
      return [{ type: 'start', model }, ...slots.flat(), { type: 'finish', reason, ...sequence, usage }];
    });
}

/** The events in the order of an answer that is told whole where thoughts, text and calls each have their place. */
export function byKind(events: readonly ChatEvent[]): readonly ChatEvent[] {
  return ['start', 'thinking', 'text', 'tool', 'finish'].flatMap((kind) =>
    events.filter(({ type }) => type.startsWith(kind)),
  );
}
