/** What a person's browser does: keeps cookies, follows redirects, and fills in forms. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** Opens an address, as far as it leads within the same origin. */
  async open(url: string, body?: URLSearchParams): Promise<Page> {
    const headers: Record<string, string> = {
      cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    };
    const answer = await fetch(url, { headers, redirect: 'manual', ...(body && { method: 'POST', body }) });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) return { url, status: answer.status, text: await answer.text() };
    await answer.body?.cancel();
    const target = new URL(location, url);
    // The way back to whoever asked is the caller's to go.
    return target.origin === new URL(url).origin ? this.open(target.href) : { url: target.href, status: 0, text: '' };
  }

  /** Sends the form on a page, filled in. */
  submit(page: Page, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const [, action] = /<form[^>]* action="([^"]*)"/.exec(page.text) ?? [];
    if (action === undefined) throw new Error(`no form at ${page.url}: ${page.text}`);
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    const all = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    return this.open(new URL(action, page.url).href, new URLSearchParams({ ...all, ...fields }));
  }

  /** Signs in and agrees. @returns where the browser is sent back to, or the provider's last page */
  async signIn(url: string, login = 'Ada'): Promise<Page> {
    const asked = await this.submit(await this.open(url), { login, password: 'any' });
    return this.submit(asked);
  }

  /** Enters the code of the device flow, signs in and agrees. */
  async enter(url: string, code: string, login = 'Ada'): Promise<Page> {
    const confirming = await this.submit(await this.open(url), { user_code: code });
    const asked = await this.submit(await this.submit(confirming), { login, password: 'any' });
    return this.submit(asked);
  }
}

/** What a browser shows. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
}
