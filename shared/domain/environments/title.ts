/** In UTF-16 code units, as the API's documentation counts them. */
export const longestTitle = 200;

/** What is wrong with a title; null for a good one. */
export function titleProblem(title: string): string | null {
  if (title === '') return 'Required';
  return title.length > longestTitle ? `Must not be longer than ${longestTitle} characters` : null;
}
