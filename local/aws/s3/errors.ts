/** An S3 error by its code, as SDKs raise it. */
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

export const noSuchBucket = () => new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');

export const noSuchKey = () => new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');

export const noSuchUpload = () => new S3Error(404, 'NoSuchUpload', 'The specified upload does not exist.');

export const preconditionFailed = () =>
  new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');

export const notImplemented = (what: string) =>
  new S3Error(501, 'NotImplemented', `${what} is not implemented locally.`);

export const invalidArgument = (message: string) => new S3Error(400, 'InvalidArgument', message);
