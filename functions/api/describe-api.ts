import * as accepted from '../../shared/api/accepted.ts';
import * as activity from '../../shared/api/activity.ts';
import * as changes from '../../shared/api/changes.ts';
import { Link } from '../../shared/api/common.ts';
import * as deadLetter from '../../shared/api/dead-letter.ts';
import * as delivery from '../../shared/api/delivery.ts';
import * as deployment from '../../shared/api/deployment.ts';
import * as diagnosis from '../../shared/api/diagnosis.ts';
import * as environment from '../../shared/api/environment.ts';
import { Failure } from '../../shared/api/failure.ts';
import * as integration from '../../shared/api/integration.ts';
import * as me from '../../shared/api/me.ts';
import * as mirror from '../../shared/api/mirror.ts';
import * as project from '../../shared/api/project.ts';
import * as root from '../../shared/api/root.ts';
import { type OpenApiDocument, openApiDocument } from './framework/openapi.ts';
import type { Description } from './framework/route.ts';
import * as activityInputs from './inputs/activities.ts';
import { Confirmation, PageQuery } from './inputs/common.ts';
import * as deadLetterInputs from './inputs/dead-letters.ts';
import * as environmentInputs from './inputs/environments.ts';
import * as integrationInputs from './inputs/integrations.ts';
import * as projectInputs from './inputs/projects.ts';

/** The exports that become named schemas of the document. */
const named = {
  Confirmation,
  PageQuery,
  ...projectInputs,
  ...environmentInputs,
  ...integrationInputs,
  ...activityInputs,
  ...deadLetterInputs,
  Link,
  Failure,
  ...root,
  ...project,
  ...integration,
  ...environment,
  ...deployment,
  ...activity,
  ...mirror,
  ...accepted,
  ...delivery,
  ...deadLetter,
  ...diagnosis,
  ...me,
  ...changes,
};

/**
 * The OpenAPI document of routes of the management API.
 * @param url the API's public base URL
 */
export function describeApi(routes: readonly Description[], url: string): OpenApiDocument {
  return openApiDocument(routes, {
    url,
    title: 'Bough: the management API',
    description:
      'Projects, their integrations with Bitbucket, their environments and the operations on them. ' +
      'The `_links` of a resource lead to related resources. A `#operation` is present exactly when it is possible now.',
    tags: ['projects', 'integrations', 'environments', 'deployments', 'activities', 'mirror', 'logs'],
    schemas: named,
    failure: Failure,
    forbidden: 'IAM does not allow the caller to do this, or Bitbucket does not allow Bough to do it',
  });
}
