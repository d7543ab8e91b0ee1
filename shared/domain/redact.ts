const arn = /\barn:aws[\w-]*:[^\s"'`,;()<>[\]]*[^\s"'`,;()<>[\].:]/g;
/** Not part of a longer number or word, as in a commit's id. */
const accountId = /(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/g;

/** A text for everybody who sees a build status: AWS's own messages name the account, its roles and its resources. */
export function withoutAccount(text: string): string {
  return text.replace(arn, '[ARN]').replace(accountId, '[account]');
}
