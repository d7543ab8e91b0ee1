// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html

/** Headers that functions can neither see nor set. */
const DISALLOWED =
  /^(connection|expect|keep-alive|proxy-(authenticate|authorization|connection)|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;

/** Headers of a viewer response that functions can see but not change. */
const READ_ONLY = ['content-encoding', 'content-length', 'transfer-encoding', 'warning', 'via'];

/**
 * The headers that a function returns.
 * @throws Error for a header that makes CloudFront respond with status 502
 */
export function headersOfFunction(
  returned: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const name of Object.keys(returned)) {
    if (name !== name.toLowerCase())
      throw new Error(`A CloudFront function returned the header ${name}, which is not in lower case.`);
    if (DISALLOWED.test(name) && !(name in given))
      throw new Error(`A CloudFront function may not set the header ${name}.`);
  }
  const changed = READ_ONLY.find((name) => returned[name] !== given[name]);
  if (changed !== undefined) throw new Error(`A CloudFront function may not change the header ${changed}.`);
  return returned;
}
