/** A request, with a text in all the places where people and programs put what is nobody else's affair. */
export interface Path {
  readonly method: string;
  readonly path: (secret: string) => string;
  /** The connection that it is sent to. */
  readonly to: string;
  readonly body: (secret: string) => object | Buffer | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it takes as long as it takes: what is handed through unread, and pulls. */
  readonly unread?: true;
}

export const models = { ollama: 'qwen3:8b', openai: 'vendor/llama-3.2-3b', anthropic: 'claude-sonnet-4-5' } as const;

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

/** As the bytes of a picture. */
const picture = (secret: string): string => Buffer.concat([pngSignature, Buffer.from(secret)]).toString('base64');

const openaiChat = (secret: string): object => ({
  messages: [
    { role: 'system', content: secret },
    {
      role: 'user',
      content: [
        { type: 'text', text: secret },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${picture(secret)}` } },
      ],
    },
    {
      role: 'assistant',
      content: secret,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'find', arguments: JSON.stringify({ of: secret }) } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: secret },
  ],
  tools: [{ type: 'function', function: { name: 'find', description: secret, parameters: { type: 'object' } } }],
});

const ollamaChat = (secret: string): object => ({
  messages: [
    { role: 'system', content: secret },
    { role: 'user', content: secret, images: [picture(secret)] },
    { role: 'assistant', content: secret, tool_calls: [{ function: { name: 'find', arguments: { of: secret } } }] },
    { role: 'tool', tool_name: 'find', content: secret },
  ],
  tools: [{ type: 'function', function: { name: 'find', description: secret, parameters: { type: 'object' } } }],
});

const anthropicChat = (secret: string): object => ({
  max_tokens: 99,
  system: secret,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: secret },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: picture(secret) } },
      ],
    },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'find', input: { of: secret } }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: secret }] },
  ],
  tools: [{ name: 'find', description: secret, input_schema: { type: 'object' } }],
});

const responsesChat = (secret: string): object => ({
  instructions: secret,
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: secret },
        { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${picture(secret)}` },
      ],
    },
    { type: 'function_call', call_id: 'call_1', name: 'find', arguments: JSON.stringify({ of: secret }) },
    { type: 'function_call_output', call_id: 'call_1', output: secret },
  ],
});

const post = (path: string, to: string, body: (secret: string) => object): Path => ({
  ...{ method: 'POST', path: () => path, to, body },
  headers: { 'content-type': 'application/json' },
});

const chat = (path: string, to: keyof typeof models, body: (secret: string) => object, more: object): Path =>
  post(path, to, (secret) => ({ model: models[to], ...body(secret), ...more }));

const unread = (
  method: string,
  path: (name: string) => string,
  to: string,
  body?: (secret: string) => object,
): Path => ({
  ...{ method, to, path: (secret) => path(encodeURIComponent(secret)), body: body ?? (() => undefined), unread: true },
  headers: {
    'content-type': body === undefined ? 'text/plain' : 'multipart/form-data; boundary=b',
    ...(to === 'anthropic' ? { 'anthropic-version': '2023-06-01' } : {}),
  },
});

/** A file with its name, as browsers and clients send it. */
const upload = (secret: string): Buffer => {
  const name = encodeURIComponent(secret);
  return Buffer.from(
    `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n${secret}\r\n--b--\r\n`,
  );
};

/** Every way through the broker, by name. */
export const paths: Readonly<Record<string, Path>> = {
  'Ollama’s chat': chat('/api/chat', 'ollama', ollamaChat, {}),
  'Ollama’s chat, whole': chat('/api/chat', 'ollama', ollamaChat, { stream: false }),
  'Ollama’s generate': chat('/api/generate', 'ollama', (secret) => ({ prompt: secret, system: secret }), {}),
  'Ollama’s embed': chat('/api/embed', 'ollama', (secret) => ({ input: [secret] }), {}),
  'OpenAI’s chat': chat('/v1/chat/completions', 'openai', openaiChat, { stream: true }),
  'OpenAI’s chat, whole': chat('/v1/chat/completions', 'openai', openaiChat, {}),
  'OpenAI’s completions': chat('/v1/completions', 'openai', (secret) => ({ prompt: secret }), { stream: true }),
  'OpenAI’s embeddings': chat('/v1/embeddings', 'openai', (secret) => ({ input: secret }), {}),
  'OpenAI’s responses': chat('/v1/responses', 'openai', responsesChat, { stream: true }),
  'Anthropic’s messages': chat('/v1/messages', 'anthropic', anthropicChat, { stream: true }),
  'Anthropic’s messages, whole': chat('/v1/messages', 'anthropic', anthropicChat, {}),
  'Anthropic’s count of tokens': chat('/v1/messages/count_tokens', 'anthropic', anthropicChat, {}),
  'OpenAI’s chat for Ollama': chat('/v1/chat/completions', 'ollama', openaiChat, { stream: true }),
  'OpenAI’s responses for Ollama': chat('/v1/responses', 'ollama', responsesChat, { stream: true }),
  'OpenAI’s embeddings for Ollama': chat('/v1/embeddings', 'ollama', (secret) => ({ input: secret }), {}),
  'Anthropic’s messages for OpenAI': chat('/v1/messages', 'openai', anthropicChat, { stream: true }),
  'Anthropic’s messages for OpenAI, whole': chat('/v1/messages', 'openai', anthropicChat, {}),
  'Ollama’s chat for Anthropic': chat('/api/chat', 'anthropic', ollamaChat, {}),
  'a chat with a token of the keyring': { ...chat('/v1/chat/completions', 'openai', openaiChat, {}), to: 'vault' },
  'a chat for somebody who is signed in': { ...chat('/v1/chat/completions', 'openai', openaiChat, {}), to: 'signed' },
  'a chat through a proxy': { ...chat('/v1/chat/completions', 'openai', openaiChat, {}), to: 'proxied' },
  'an upload': unread('POST', () => '/v1/files', 'openai', upload),
  'an upload for somebody who is signed in': unread('POST', () => '/v1/files', 'signed', upload),
  'a file by its name': unread('GET', (name) => `/v1/files/${name}?after=${name}`, 'vault'),
  'a file that is deleted': unread('DELETE', (name) => `/v1/files/${name}`, 'proxied'),
  'a file at Anthropic’s': unread('GET', (name) => `/v1/files/${name}`, 'anthropic'),
  'a blob': unread('POST', (name) => `/api/blobs/sha256:${name}`, 'ollama', upload),
  'a model that is shown': post('/api/show', 'ollama', (secret) => ({ model: models.ollama, system: secret })),
  'a model that is made': unread(
    'POST',
    () => '/api/create',
    'ollama',
    (secret) => Buffer.from(JSON.stringify({ model: 'new', system: secret })),
  ),
  'a model that is pulled': {
    ...post('/api/pull', 'ollama', (secret) => ({ model: 'new', password: secret })),
    unread: true,
  },
};

/** The way of a name. */
export function pathOf(name: string): Path {
  const path = paths[name];
  if (path === undefined) throw new Error(`there is no path "${name}"`);
  return path;
}
