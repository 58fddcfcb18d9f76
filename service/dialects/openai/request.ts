import type { ChatRequest } from '../events.js';
import { type Fields, givesTools, isObject, limitOf, messagesOf, modelOf } from '../fields.js';
import type { Needs } from '../needs.js';

/** Decodes the body of POST /v1/chat/completions. @throws {InvalidRequest} */
export function decodeChatCompletion(body: Fields): ChatRequest {
  const streamOptions = body.stream_options;
  return {
    model: modelOf(body),
    messages: messagesOf(body).map(({ role, content }) => ({ role: String(role), text: textOf(content) })),
    stream: body.stream === true,
    limit: limitOf(body.max_completion_tokens ?? body.max_tokens),
    usageWanted: isObject(streamOptions) && streamOptions.include_usage === true,
  };
}

/** Content is a string, or a list of parts of which some are text. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .filter((part): part is { text: string } => isObject(part) && typeof part.text === 'string')
    .map(({ text }) => text)
    .join('');
}

/** What a request needs of a model: whoever sends pictures or tools expects them to be used. Pictures are parts. */
export function openaiNeeds(body: Fields): Needs {
  const parts = (Array.isArray(body.messages) ? body.messages.filter(isObject) : []).flatMap(
    ({ content }): unknown[] => (Array.isArray(content) ? content : []),
  );
  return { tools: givesTools(body), vision: parts.some((part) => isObject(part) && part.type === 'image_url') };
}
