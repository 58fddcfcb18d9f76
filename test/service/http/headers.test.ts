import { describe, expect, it } from 'vitest';
import { replyHeaders, requestHeaders } from '../../../service/http/headers.js';

describe('headers', () => {
  it('of a request that go on are the few that an upstream needs', () => {
    expect(
      requestHeaders({
        host: 'localhost',
        authorization: 'Bearer sk',
        cookie: 'a=b',
        'user-agent': 'curl',
        'x-forwarded-for': '10.0.0.1',
        accept: '*/*',
        'content-type': 'application/x-www-form-urlencoded',
      }),
    ).toEqual({
      accept: '*/*',
      'accept-encoding': 'identity',
      'content-type': 'application/json',
    });
  });

  it('of an answer that come back are those about the answer', () => {
    expect(
      replyHeaders({
        'content-type': 'text/event-stream',
        'content-encoding': 'br',
        'x-request-id': '7',
        connection: 'close, x-hop',
        'x-hop': '1',
        'transfer-encoding': 'chunked',
        'set-cookie': ['a=b'],
        server: 'nginx',
        'access-control-allow-origin': '*',
      }),
    ).toEqual({ 'content-type': 'text/event-stream', 'content-encoding': 'br', 'x-request-id': '7' });
  });

  it('of an answer that no answer may have stay here', () => {
    const headers = { 'x-a': 'Köln', 'x-b': '10 €', 'x-c': 'a\x01', 'x-d': 'a\tb', 'x-e': 'a\0' };
    expect(replyHeaders(headers)).toEqual({ 'x-a': 'Köln', 'x-d': 'a\tb' });
  });
});
