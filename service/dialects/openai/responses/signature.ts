/** What tells a signature from the encrypted thoughts of OpenAI's own models, which nobody else can read. */
const mark = 'signature:';

/**
 * Anthropic's proof of a thought as the `encrypted_content` of a reasoning item: what this API has for a client to hand
 * back unread (OpenAI's API reference, "Responses", reasoning item).
 */
export function encryptedOf(signature: string): string {
  return `${mark}${signature}`;
}

/** The signature in an `encrypted_content`, undefined if it is another's. */
export function signatureIn(encrypted: string): string | undefined {
  return encrypted.startsWith(mark) ? encrypted.slice(mark.length) : undefined;
}
