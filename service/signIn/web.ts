/**
 * As much of the Fetch API's classes as openid-client asks for. Node's own are one with its `fetch`, which takes 4 MB of
 * memory as soon as any of them is named; scripts/lean.mjs puts these in their place.
 */

/** Header fields by their names in lower case. */
export class Headers {
  readonly #fields = new Map<string, string>();

  constructor(fields: Headers | Readonly<Record<string, string | readonly string[] | undefined>> = {}) {
    const entries = fields instanceof Headers ? fields.entries() : Object.entries(fields);
    for (const [name, value] of entries) {
      if (value !== undefined) this.set(name, typeof value === 'string' ? value : value.join(', '));
    }
  }

  get(name: string): string | null {
    return this.#fields.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#fields.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#fields.set(name.toLowerCase(), value);
  }

  delete(name: string): void {
    this.#fields.delete(name.toLowerCase());
  }

  entries(): IterableIterator<[string, string]> {
    return this.#fields.entries();
  }

  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- as below
  get [Symbol.toStringTag](): string {
    return 'Headers';
  }
}

/** A whole answer. */
export class Response {
  /** There is no stream that would have to be read or cancelled. */
  readonly body = null;
  bodyUsed = false;

  constructor(
    private readonly content: string,
    readonly status: number,
    readonly headers: Headers,
  ) {}

  clone(): Response {
    return new Response(this.content, this.status, this.headers);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- it must reject where the text is no JSON
  async json(): Promise<unknown> {
    this.bodyUsed = true;
    return JSON.parse(this.content) as unknown;
  }

  /** By which openid-client knows it for a response, be Node's own class there or not. */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- it is looked for in the prototype
  get [Symbol.toStringTag](): string {
    return 'Response';
  }
}
