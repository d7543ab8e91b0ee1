import Grid from '@cloudscape-design/components/grid';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Integration } from '../../../shared/api/integration.ts';
import { useApi } from '../../api/api-context.tsx';
import { integrationsQuery } from '../../api/integrations.ts';
import { projectQuery } from '../../api/projects.ts';
import { Loaded } from '../../components/loaded.tsx';
import { type Crumb, crumbsOfProject } from '../../shell/crumbs.ts';
import { Page } from '../../shell/page.tsx';
import { addressOf } from '../../shell/routes.ts';
import { UnknownPage } from '../unknown-page.tsx';
import { GeneralSettings } from './general/general-settings.tsx';
import { AddIntegration } from './integrations/add-integration.tsx';
import { EditIntegration } from './integrations/edit-integration.tsx';
import { repositoryOf } from './integrations/integration-type.ts';
import { IntegrationsList } from './integrations/integrations-list.tsx';
import { OneIntegration } from './integrations/one-integration.tsx';
import { PruneSection } from './prune/prune-section.tsx';
import { parseSection, type Section } from './section.ts';

/** The settings of a project. `section` is the rest of the address. */
export function SettingsPage({ project: id, section }: { project: string; section: readonly string[] }) {
  const api = useApi();
  const query = useQuery(projectQuery(api, id));
  const integrations = useQuery(integrationsQuery(api, id));
  const shown = parseSection(section);
  if (shown === null) return <UnknownPage />;
  const to = (...rest: string[]) => ({ page: 'settings' as const, project: id, section: rest });
  const isGeneral = shown.name === 'general';
  return (
    <Page
      title="Settings"
      crumbs={[
        ...crumbsOfProject(id, query.data?.title),
        { text: 'Settings', to: to() },
        ...crumbsOf(id, shown, integrations.data ?? []),
      ]}
    >
      <Grid gridDefinition={[{ colspan: { default: 12, s: 3 } }, { colspan: { default: 12, s: 9 } }]}>
        <SideNavigation
          header={{ text: 'Project settings', href: addressOf(to()) }}
          activeHref={addressOf(isGeneral ? to() : to('integrations'))}
          items={[
            { type: 'link', text: 'General', href: addressOf(to()) },
            { type: 'link', text: 'Integrations', href: addressOf(to('integrations')) },
          ]}
        />
        <Loaded query={query}>
          {(project) =>
            isGeneral ? (
              <GeneralSettings project={project} />
            ) : (
              <IntegrationSection project={id} section={shown} />
            )
          }
        </Loaded>
      </Grid>
    </Page>
  );
}

function crumbsOf(project: string, section: Section, integrations: readonly Integration[]): readonly Crumb[] {
  const crumb = (text: string, ...rest: string[]): Crumb => ({
    text,
    to: { page: 'settings', project, section: ['integrations', ...rest] },
  });
  const all = crumb('Integrations');
  const one = (id: string) => {
    const found = integrations.find((integration) => integration.id === id);
    return crumb(found ? repositoryOf(found) : 'Integration', id);
  };
  switch (section.name) {
    case 'general':
      return [];
    case 'integrations':
      return [all];
    case 'add':
      return [all, crumb('Add integration', 'add')];
    case 'integration':
      return [all, one(section.id)];
    case 'edit':
      return [all, one(section.id), crumb('Edit', section.id, 'edit')];
    case 'prune':
      return [all, one(section.id), crumb('Prune', section.id, 'prune')];
  }
}

function IntegrationSection({ project, section }: { project: string; section: Section }): ReactNode {
  switch (section.name) {
    case 'general':
      return null;
    case 'integrations':
      return <IntegrationsList project={project} />;
    case 'add':
      return <AddIntegration key={section.type} project={project} type={section.type} />;
    case 'integration':
      return <OneIntegration project={project} id={section.id} />;
    case 'edit':
      return <EditIntegration project={project} id={section.id} />;
    case 'prune':
      return <PruneSection project={project} id={section.id} />;
  }
}
