const arn = /\barn:aws[\w-]*:[^\s"'`,;()<>[\]]*[^\s"'`,;()<>[\].:]/g;
/** Twelve digits that are not part of a longer number or word, such as a commit's id. */
const accountId = /(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/g;

/** A text without the ARNs and account ids of AWS's messages, for build statuses, which all users of a repository see. */
export function withoutAccount(text: string): string {
  return text.replace(arn, '[ARN]').replace(accountId, '[account]');
}

const innermostObject = /\{[^{}]*\}/g;
const permitValue = /("value"\s*:\s*")[^"]*/;

/** A message without build permits: CodeBuild's events contain all variables of a build. */
export function withoutPermit(body: string): string {
  return body.replace(innermostObject, (variable) =>
    variable.includes('"BOUGH_PERMIT"') ? variable.replace(permitValue, '$1[secret]') : variable,
  );
}
