/** The longest title, in UTF-16 code units, as the API's documentation counts. */
export const longestTitle = 200;

/** The problem of a title; null for a valid title. */
export function titleProblem(title: string): string | null {
  if (title === '') return 'Required';
  return title.length > longestTitle ? `Must not be longer than ${longestTitle} characters` : null;
}
