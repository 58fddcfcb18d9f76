/**
 * The one spelling under which Ollama compares a model's name: without regard to case, and a name without a tag means
 * the tag `latest` (server/images.go, types/model/name.go of Ollama). A bare name never stands for another tag.
 */
export function canonicalModelName(name: string): string {
  const lower = name.toLowerCase();
  // A colon before the last slash belongs to a registry's port.
  return !lower.includes(':', lower.lastIndexOf('/') + 1) ? `${lower}:latest` : lower;
}

/**
 * Of the names of a server that compares them letter by letter the one that a model has which is asked for as Ollama's
 * applications do: without regard to case, and with `:latest` for what has no tag.
 */
export function sameNameOf(model: string, names: readonly string[]): string {
  if (names.includes(model)) return model;
  const wanted = canonicalModelName(model);
  return names.find((name) => canonicalModelName(name) === wanted) ?? model;
}
