import { describe, expect, it } from 'vitest';
import { loadingReply } from '../../../../service/dialects/ollama/loading.js';

const date = new Date('2026-11-22T12:00:00Z');
const reply = (path: string, fields: object) => loadingReply(path, { model: 'm', ...fields }, date);

describe('a request asks nothing but that the model be there', () => {
  it.each<[path: string, fields: object]>([
    ['/api/chat', {}],
    ['/api/chat', { messages: [] }],
    ['/api/chat', { messages: null }],
    ['/api/generate', {}],
    ['/api/generate', { prompt: '' }],
    ['/api/generate', { prompt: '', images: [], suffix: '' }],
  ])('at %s with %j', (path, fields) => {
    const place = path === '/api/chat' ? { message: { role: 'assistant', content: '' } } : { response: '' };
    expect(reply(path, fields)).toEqual({
      ...{ model: 'm', created_at: '2026-11-22T12:00:00.000Z', done: true, done_reason: 'load' },
      ...place,
    });
  });

  it.each<[path: string, fields: object]>([
    ['/api/chat', { messages: [{ role: 'user', content: '' }] }],
    ['/api/generate', { prompt: ' ' }],
    ['/api/generate', { images: ['AA=='] }],
    ['/api/generate', { prompt: '', suffix: 'x' }],
  ])('and not at %s with %j', (path, fields) => {
    expect(reply(path, fields)).toBeUndefined();
  });

  it.each<[keepAlive: unknown, reason: string]>([
    [0, 'unload'],
    ['0', 'unload'],
    ['0s', 'unload'],
    ['0m0.0s', 'unload'],
    [undefined, 'load'],
    [null, 'load'],
    [-1, 'load'],
    ['10m', 'load'],
    ['0.5s', 'load'],
    ['1h0m', 'load'],
  ])('kept for %j means: %s', (keep_alive, reason) => {
    expect(reply('/api/chat', { keep_alive })?.done_reason).toBe(reason);
  });
});
