import AppLayout from '@cloudscape-design/components/app-layout';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { PageError } from '../components/page-error.tsx';
import { ShownPage } from '../pages/shown-page.tsx';
import { NoticeBar, NoticesProvider } from './notices.tsx';
import { TopBar } from './top-bar.tsx';

/** The frame of all pages. */
export function Shell() {
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <NoticesProvider>
        <div id="top">
          <TopBar />
        </div>
        <AppLayout
          headerSelector="#top"
          navigationHide
          toolsHide
          notifications={<NoticeBar />}
          stickyNotifications
          content={
            <PageError>
              <ShownPage />
            </PageError>
          }
        />
      </NoticesProvider>
    </I18nProvider>
  );
}
