import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../service/dialects/fields.js';
import type { Needs } from '../../../service/dialects/needs.js';
import { ollamaNeeds } from '../../../service/dialects/ollama/request.js';
import { openaiNeeds } from '../../../service/dialects/openai/request.js';

const nothing: Needs = { tools: false, vision: false };
const tools: Needs = { tools: true, vision: false };
const vision: Needs = { tools: false, vision: true };
const both: Needs = { tools: true, vision: true };

const tool = { type: 'function', function: { name: 'weather' } };
const asked = (message: object): Fields => ({
  messages: [
    { role: 'user', ...message },
    { role: 'assistant', content: '' },
  ],
});

describe('what a request needs of a model', () => {
  const picture = 'iVBORw0KGgo=';

  it.each<[what: string, body: Fields, expected: Needs]>([
    ['nothing but text', asked({ content: 'Hi' }), nothing],
    ['tools', { ...asked({ content: 'Hi' }), tools: [tool] }, tools],
    ['no tools in an empty list', { ...asked({ content: 'Hi' }), tools: [] }, nothing],
    ['no tools for null', { ...asked({ content: 'Hi' }), tools: null }, nothing],
    ['eyes, wherever in the conversation', asked({ content: 'Hi', images: [picture] }), vision],
    ['eyes for a completion', { prompt: 'Hi', images: [picture] }, vision],
    ['no eyes for no pictures', { ...asked({ content: 'Hi', images: [] }), images: [] }, nothing],
    ['both', { ...asked({ content: 'Hi', images: [picture] }), tools: [tool] }, both],
    ['nothing where nothing can be read', { messages: ['Hi', null], tools: 'all', images: picture }, nothing],
    ['nothing where nothing is asked', {}, nothing],
  ])('in Ollama’s dialect: %s', (_what, body, expected) => {
    expect(ollamaNeeds(body)).toEqual(expected);
  });

  const part = { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } };
  const words = { type: 'text', text: 'Hi' };

  it.each<[what: string, body: Fields, expected: Needs]>([
    ['nothing but text', asked({ content: 'Hi' }), nothing],
    ['nothing but text in parts', asked({ content: [words] }), nothing],
    ['tools', { ...asked({ content: 'Hi' }), tools: [tool] }, tools],
    ['no tools in an empty list', { ...asked({ content: 'Hi' }), tools: [] }, nothing],
    ['functions, as tools were called', { ...asked({ content: 'Hi' }), functions: [tool.function] }, tools],
    ['eyes, wherever in the conversation', asked({ content: [words, part] }), vision],
    ['no eyes for the pictures of the other dialect', asked({ content: 'Hi', images: [picture] }), nothing],
    ['both', { ...asked({ content: [part] }), tools: [tool] }, both],
    ['nothing where nothing can be read', { messages: ['Hi', { content: ['Hi', null] }], tools: 'all' }, nothing],
    ['nothing where nothing is asked', {}, nothing],
  ])('in OpenAI’s dialect: %s', (_what, body, expected) => {
    expect(openaiNeeds(body)).toEqual(expected);
  });
});
