import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import {
  type EmbeddingModel,
  embedMany,
  generateText,
  type LanguageModel,
  Output,
  stepCountIs,
  streamText,
  tool,
} from 'ai';
import { createOllama } from 'ollama-ai-provider-v2';
import { describe } from 'vitest';
import { z } from 'zod';
import { type Difference, model, type Program, sameEverywhere } from './everywhere.ts';

/** Models as a provider has them. */
interface Models {
  readonly chat: LanguageModel;
  readonly embedding: EmbeddingModel;
}

const prompt = 'Hello!';
const asked = { prompt, maxRetries: 0 };

const City = z.object({ city: z.string(), people: z.number() });

const answering = (name: string) =>
  tool({ inputSchema: z.object({ city: z.string() }), execute: ({ city }) => `${name} of ${city}` });

/** Called as the model wants it, until it has nothing more to call. */
const withTools = {
  tools: { get_weather: answering('get_weather'), get_time: answering('get_time') },
  stopWhen: stepCountIs(3),
};

/** What each step of an answer was. */
const told = (steps: readonly { content: unknown; finishReason: string; usage: unknown }[]) =>
  steps.map(({ content, finishReason, usage }) => ({ content, finishReason, usage }));

const programs: Record<string, Program<Models>> = {
  'generates text': async ({ chat }) =>
    told((await generateText({ model: chat, system: 'Be brief.', ...asked })).steps),

  async 'streams text'({ chat }) {
    const stream = streamText({ model: chat, ...asked });
    const pieces: string[] = [];
    for await (const piece of stream.textStream) pieces.push(piece);
    return { pieces, steps: told(await stream.steps) };
  },

  'calls tools': async ({ chat }) => told((await generateText({ model: chat, ...asked, ...withTools })).steps),

  async 'calls tools, streamed'({ chat }) {
    const stream = streamText({ model: chat, ...asked, ...withTools });
    await stream.consumeStream();
    return told(await stream.steps);
  },

  async 'generates an object'({ chat }) {
    const output = Output.object({ schema: City });
    const answer = await generateText({ model: chat, output, ...asked });
    return { object: answer.output, finishReason: answer.finishReason, usage: answer.usage };
  },

  async embeds({ embedding }) {
    const { embeddings, usage } = await embedMany({ model: embedding, values: ['one', 'two'], maxRetries: 0 });
    return { embeddings, usage };
  },
};

const byNature: readonly Difference[] = [
  // Its answers tell what came from a cache, be it nothing.
  [/text|tools|object/, ['anthropic'], { 'raw.prompt_tokens_details': { cached_tokens: 0 } }],
  // It has no embeddings.
  [/^embeds/, ['anthropic'], { failed: 400 }],
];

describe('@ai-sdk/openai-compatible', () => {
  const clientOf = (origin: string): Models => {
    const provider = createOpenAICompatible({
      ...{ name: 'broker', baseURL: `${origin}/v1`, apiKey: 'sk-application' },
      ...{ includeUsage: true, supportsStructuredOutputs: true },
    });
    return { chat: provider(model), embedding: provider.embeddingModel(model) };
  };
  sameEverywhere('openai', clientOf, programs, byNature);
});

describe('ollama-ai-provider-v2', () => {
  const clientOf = (origin: string): Models => {
    const provider = createOllama({ baseURL: `${origin}/api` });
    return { chat: provider(model), embedding: provider.embeddingModel(model) };
  };
  sameEverywhere('ollama', clientOf, programs, byNature);
});
