import * as z from 'zod';
import { arn } from '../../template/resource-types.ts';
import type { Call } from './call.ts';

/** A project by its name; a build's id begins with it. */
const Subjects = z.union([
  z.object({ projectName: z.string() }).transform(({ projectName }) => [projectName]),
  z.object({ id: z.string() }).transform(({ id }) => [id]),
  z.object({ ids: z.array(z.string()) }).transform(({ ids }) => ids),
]);

/** What a request to CodeBuild does: its permissions are on projects, also for builds. */
export function codeBuildCalls(operation: string, input: unknown): Call[] {
  const subjects = Subjects.safeParse(input);
  const names = subjects.success ? subjects.data.map(projectOf) : [];
  const resources = names.length > 0 ? names.map((name) => arn('codebuild', `project/${name}`)) : ['*'];
  return resources.map((resource) => ({ action: `codebuild:${operation}`, resource }));
}

function projectOf(subject: string): string {
  const resource = subject.replace(/^arn:.*?:(?:project|build)\//, '');
  return resource.split(':')[0] ?? resource;
}
