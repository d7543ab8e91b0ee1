const arn = /\barn:aws[\w-]*:[^\s"'`,;()<>[\]]*[^\s"'`,;()<>[\].:]/g;
/** Twelve digits that are not part of a longer number or word, such as a commit's id. */
const accountId = /(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])/g;

/** A text without the ARNs and account ids of AWS's messages, for build statuses, which all users of a repository see. */
export function withoutAccount(text: string): string {
  return text.replace(arn, '[ARN]').replace(accountId, '[account]');
}

/** The user information of a URL. */
const userInfo = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#@"'<>]{1,500}@/gi;
/** Parameters of URLs that grant access, such as those of presigned requests. */
const secretParameter =
  /([?&][\w-]{0,40}(?:token|secret|signature|credential|password|key)[\w-]{0,40}=)[^\s&#"'<>]+/gi;
const mailAddress = /[^\s@<>()"',;:[\]/]{1,64}@[^\s@<>()"',;:[\]/]{1,255}\.[a-z]{2,24}/gi;

/** A text for readers without an account: without account ids, credentials in URLs, and e-mail addresses. */
export function withoutSecrets(text: string): string {
  return withoutAccount(
    text.replace(userInfo, '$1').replace(secretParameter, '$1[secret]').replace(mailAddress, '[address]'),
  );
}

const innermostObject = /\{[^{}]*\}/g;
const permitValue = /("value"\s*:\s*")[^"]*/;

/** A message without build permits: CodeBuild's events contain all variables of a build. */
export function withoutPermit(body: string): string {
  return body.replace(innermostObject, (variable) =>
    variable.includes('"BOUGH_PERMIT"') ? variable.replace(permitValue, '$1[secret]') : variable,
  );
}
