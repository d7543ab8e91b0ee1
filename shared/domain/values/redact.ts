const arn = /\barn:aws[\w-]*:[^\s"'`,;()<>[\]]*[^\s"'`,;()<>[\].:]/g;
/** Not part of a longer number or word, as in a commit's id. */
const accountId = /(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/g;

/** A text for everybody who sees a build status: AWS's own messages name the account, its roles and its resources. */
export function withoutAccount(text: string): string {
  return text.replace(arn, '[ARN]').replace(accountId, '[account]');
}

const innermostObject = /\{[^{}]*\}/g;
const itsValue = /("value"\s*:\s*")[^"]*/;

/** A message as it may be shown: CodeBuild tells with a build's end all of its variables, and so its permit. */
export function withoutPermit(body: string): string {
  return body.replace(innermostObject, (variable) =>
    variable.includes('"BOUGH_PERMIT"') ? variable.replace(itsValue, '$1[secret]') : variable,
  );
}
