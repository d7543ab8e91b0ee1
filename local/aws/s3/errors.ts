/** An error response of S3; SDKs name the exception after the code. */
export class S3Error extends Error {
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'S3Error';
    this.code = code;
    this.status = status;
  }
}

/** 404 `NoSuchBucket`. */
export const noSuchBucket = () => new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');

/** 404 `NoSuchKey`. */
export const noSuchKey = () => new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');

/** 404 `NoSuchUpload`. */
export const noSuchUpload = () => new S3Error(404, 'NoSuchUpload', 'The specified upload does not exist.');

/** 412 `PreconditionFailed`. */
export const preconditionFailed = () =>
  new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');

/** 501 `NotImplemented`: the emulator does not support the operation. */
export const notImplemented = (what: string) =>
  new S3Error(501, 'NotImplemented', `${what} is not implemented locally.`);

/** 400 `InvalidArgument`. */
export const invalidArgument = (message: string) => new S3Error(400, 'InvalidArgument', message);
