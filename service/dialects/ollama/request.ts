import type { ChatRequest } from '../events.js';
import { type Fields, givesTools, isObject, limitOf, messagesOf, modelOf } from '../fields.js';
import type { Needs } from '../needs.js';

/** Decodes the body of POST /api/chat. @throws {InvalidRequest} */
export function decodeChat(body: Fields): ChatRequest {
  return {
    ...common(body),
    messages: messagesOf(body).map(({ role, content }) => ({
      role: String(role),
      text: typeof content === 'string' ? content : '',
    })),
  };
}

/** Decodes the body of POST /api/generate. @throws {InvalidRequest} */
export function decodeGenerate(body: Fields): ChatRequest {
  const prompt = body.prompt;
  return {
    ...common(body),
    messages: typeof prompt === 'string' && prompt !== '' ? [{ role: 'user', text: prompt }] : [],
  };
}

function common(body: Fields): Omit<ChatRequest, 'messages'> {
  const options = body.options;
  return {
    model: modelOf(body),
    // Ollama streams unless told not to.
    stream: body.stream !== false,
    limit: limitOf(isObject(options) ? options.num_predict : undefined),
    usageWanted: true,
  };
}

/** What a request needs of a model: whoever sends pictures or tools expects them to be used. Pictures are `images`. */
export function ollamaNeeds(body: Fields): Needs {
  const pictured = [body, ...(Array.isArray(body.messages) ? body.messages.filter(isObject) : [])];
  return {
    tools: givesTools(body),
    vision: pictured.some(({ images }) => Array.isArray(images) && images.length > 0),
  };
}
