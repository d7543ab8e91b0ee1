/** Thrown when the stored version differs from the one that was read. Nothing was written: read and decide again. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
}
