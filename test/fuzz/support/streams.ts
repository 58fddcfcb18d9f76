import fc from 'fast-check';
import { inPieces, mutatedBytes } from './bytes.ts';
import { mutatedJson } from './json.ts';

/** A line of a stream, as it is, or with changes to the JSON in it. */
function line(text: string): fc.Arbitrary<string> {
  const [, before = '', json = ''] = /^((?:data: ?)?)(\{.*\})$/s.exec(text) ?? [];
  if (json === '') return fc.constant(text);
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(text) },
    { weight: 2, arbitrary: mutatedJson(fc.constant(JSON.parse(json) as unknown)).map((changed) => before + changed) },
    fc.constantFrom(
      '',
      `: comment`,
      `${text}\n${text}`,
      `${before}[DONE]`,
      `retry: 1\n${text}`,
      before,
      'event',
      'event: error',
    ),
  );
}

const ends = fc.oneof({ weight: 6, arbitrary: fc.constant('\n') }, fc.constantFrom('\r\n', '\r', '\n\n', '\u2028', ''));

/** Streams of NDJSON or server-sent events like these, cut into pieces anywhere. */
export function mutatedStreams(originals: fc.Arbitrary<string>): fc.Arbitrary<readonly Buffer[]> {
  const rewritten = fc
    .tuple(originals, ends, fc.constantFrom('', '', '', '\uFEFF', '\n', ': ok\n\n'))
    .chain(([stream, end, before]) =>
      fc.tuple(...stream.split('\n').map(line)).map((lines) => Buffer.from(before + lines.join(end))),
    );
  return inPieces(fc.oneof({ weight: 2, arbitrary: rewritten }, mutatedBytes(rewritten)));
}
