import * as z from 'zod';
import { arn } from '../../template/resource-types.ts';
import type { Call } from './call.ts';

/** Names of projects, or ids of builds, which start with the project's name. */
const Subjects = z.union([
  z.object({ projectName: z.string() }).transform(({ projectName }) => [projectName]),
  z.object({ id: z.string() }).transform(({ id }) => [id]),
  z.object({ ids: z.array(z.string()) }).transform(({ ids }) => ids),
]);

/** Returns the calls that a CodeBuild request makes. Permissions for builds are on their project. */
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
