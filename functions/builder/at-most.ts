import { Transform } from 'node:stream';
import { describeBytes } from '../../shared/domain/values/bytes.ts';

/** Passes this many bytes on, and fails at the next one. `state` is for the error. */
export function atMost(most: number, state: 'packed' | 'unpacked'): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > most) done(new Error(`it has more than ${describeBytes(most)} ${state}`));
      else done(null, chunk);
    },
  });
}
