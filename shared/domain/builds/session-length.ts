/** The longest session of a role that another role assumes, in minutes: a limit of AWS. */
export const mostSessionMinutes = 60;

/** The minutes by which the credentials of a build outlive it. */
export const sessionMargin = 10;

/** The lifetime of a build's credentials, in seconds. */
export function sessionSeconds(buildMinutes: number): number {
  return (buildMinutes + sessionMargin) * 60;
}
