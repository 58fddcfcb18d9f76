import { describe, expect, it } from 'vitest';
import { masked } from '../../../service/connections/masking.js';
import type { BodyReader, UpstreamReply } from '../../../service/connections/upstream.js';

const token = 'sk-0123456789/abc"def';

/** What becomes of an answer that comes in pieces. */
function told(
  pieces: readonly (string | Buffer)[],
  headers: UpstreamReply['headers'] = {},
  asked: string | undefined = token,
) {
  let reader: BodyReader | undefined;
  const nothing = (): void => undefined;
  const body = {
    read: (one: BodyReader) => (reader = one),
    ...{ pause: nothing, resume: nothing, begun: nothing, cancel: nothing },
  };
  const reply = masked({ status: 200, headers, body }, asked);
  const chunks: Buffer[] = [];
  let ended = false;
  reply.body.read({
    chunk: (data) => chunks.push(data),
    end: () => (ended = true),
    failed: nothing,
  });
  for (const piece of pieces) reader?.chunk(Buffer.from(piece));
  const before = Buffer.concat(chunks).toString('latin1');
  reader?.end();
  return { before, text: Buffer.concat(chunks).toString('latin1'), headers: reply.headers, ended };
}

const stars = (length: number): string => '*'.repeat(length);

describe('a token in an answer', () => {
  const json = JSON.stringify(token).slice(1, -1);
  const forms: [name: string, form: string][] = [
    ['as it is', token],
    ['in JSON', json],
    ['in JSON with escaped slashes', json.replaceAll('/', '\\/')],
    ['in a URL', encodeURIComponent(token)],
  ];

  it.each(forms)('is overwritten %s, whatever the pieces are', (_name, form) => {
    const text = `<${form}> and ${form}${form}`;
    const open = `<${stars(form.length)}> and ${stars(2 * form.length)}`;
    expect(told([text]).text).toBe(open);
    expect(told(text.split(/(?=.)/s)).text).toBe(open);
    for (let at = 0; at < text.length; at += 1) expect(told([text.slice(0, at), text.slice(at)]).text).toBe(open);
  });

  it('is overwritten in headers', () => {
    expect(told([], { 'x-echo': `a ${token}`, 'set-cookie': [token, 'b'], etag: 'c' }).headers).toEqual({
      'x-echo': `a ${stars(token.length)}`,
      'set-cookie': [stars(token.length), 'b'],
      etag: 'c',
    });
  });
});

describe('what is no token', () => {
  it('goes on at once, but for its beginning', () => {
    expect(told(['all of this', '\n']).before).toBe('all of this\n');
    expect(told(['so sk-0', '1 no']).before).toBe('so sk-01 no');
    expect(told(['so sk-01']).before).toBe('so ');
  });

  it('is whole in the end', () => {
    expect(told(['so sk-01'])).toMatchObject({ text: 'so sk-01', ended: true });
    expect(told([Buffer.from([0, 255, 115, 254, 115])]).text).toBe('\0\xffs\xfes');
  });

  it('stays where it is too short to be one, and where there is none', () => {
    expect(told(['lm-studio'], {}, 'lm-studio').text).toBe('lm-studio');
    expect(masked({ status: 200, headers: {}, body: {} as never }, undefined).body).toEqual({});
  });
});
