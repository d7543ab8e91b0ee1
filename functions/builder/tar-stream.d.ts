declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';

  export interface Header {
    readonly name: string;
    readonly type: 'file' | 'directory' | 'symlink' | 'link' | 'fifo';
    readonly mode: number;
    readonly mtime: Date;
    readonly size?: number;
    readonly linkname?: string | null;
  }

  export interface Pack extends Readable {
    /** Adds an entry. The content of a file is written to the result. `done` is called when the entry is complete. */
    entry(header: Header, done?: (error?: Error | null) => void): Writable;
    finalize(): void;
  }

  export interface Entry extends Readable {
    readonly header: Header;
  }

  interface Extract extends Writable {
    [Symbol.asyncIterator](): AsyncIterator<Entry>;
  }

  export function pack(): Pack;
  export function extract(): Extract;
}
