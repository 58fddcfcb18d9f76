import OpenAI from 'openai';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { RunningBroker } from '../support/broker.ts';

/** How long an answer is. At the pace of a slow model server it takes some two seconds. */
const tokens = 150;

/** Bytes that make no characters, and what ends an answer: the tiny model is not to say them. */
const unsaid = Object.fromEntries(Array.from({ length: 259 }, (_, token) => [token, -100]));

/** Always answered by the same text, by whatever server has the tiny model: the likeliest token comes next. */
export const question = {
  model: 'tiny',
  messages: [{ role: 'user' as const, content: 'Say something.' }],
  max_tokens: tokens,
  temperature: 0,
  logit_bias: unsaid,
};

/** What came of a question. */
export interface Answered {
  readonly text: string;
  readonly finishes: readonly string[];
  /** Who began to answer. */
  readonly connection: string | null;
  /** Why it has no end, if it has none. */
  readonly error?: Error;
}

/** Asks a broker with OpenAI's own client, as an application does that doesn't try again by itself. */
export class Asking {
  readonly #client: OpenAI;

  constructor(broker: RunningBroker) {
    this.#client = new OpenAI({
      baseURL: `${broker.address}/v1`,
      apiKey: 'not needed',
      maxRetries: 0,
      timeout: 60_000,
    });
  }

  /** Asks for a whole answer. */
  async whole(): Promise<Answered> {
    const { data, response } = await this.#client.chat.completions.create(question).withResponse();
    const [choice] = data.choices;
    return {
      text: choice?.message.content ?? '',
      finishes: choice ? [choice.finish_reason] : [],
      connection: response.headers.get('x-cloudtolocalllm-connection'),
    };
  }

  /**
   * Asks for a streamed answer.
   * @param midway what happens when the first of it has come; is given what ends the request
   */
  async streamed(midway: (leave: AbortController) => Promise<void> | void = () => undefined): Promise<Answered> {
    const { data, response } = await this.#client.chat.completions.create({ ...question, stream: true }).withResponse();
    const connection = response.headers.get('x-cloudtolocalllm-connection');
    const finishes: string[] = [];
    let text = '';
    try {
      for await (const chunk of data) {
        if (text === '' && textOf(chunk) !== '') await midway(data.controller);
        text += textOf(chunk);
        finishes.push(...chunk.choices.flatMap((choice) => choice.finish_reason ?? []));
      }
    } catch (error) {
      return { text, finishes, connection, error: error as Error };
    }
    return { text, finishes, connection };
  }
}

function textOf(chunk: ChatCompletionChunk): string {
  return chunk.choices[0]?.delta.content ?? '';
}
