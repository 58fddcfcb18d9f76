/** What people call a connection. */
export function nameOf({ name, id }: { readonly name: string; readonly id: string }): string {
  return name || id;
}
