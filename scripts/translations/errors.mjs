/** What stands in the way of translating; the message says where, what, and what was expected. */
export class TranslationError extends Error {}
