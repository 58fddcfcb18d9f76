/**
 * The one spelling under which Ollama compares a model's name: without regard to case, and a name without a tag means
 * the tag `latest` (server/images.go, types/model/name.go of Ollama). A bare name never stands for another tag.
 */
export function canonicalModelName(name: string): string {
  const lower = name.toLowerCase();
  // A colon before the last slash belongs to a registry's port.
  return !lower.includes(':', lower.lastIndexOf('/') + 1) ? `${lower}:latest` : lower;
}
