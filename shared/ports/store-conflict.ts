/** Thrown when what was read is no longer what is stored. Nothing was written: read and decide again. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict';
}
