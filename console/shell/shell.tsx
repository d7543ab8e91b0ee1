import AppLayout from '@cloudscape-design/components/app-layout';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
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
          content={<ShownPage />}
        />
      </NoticesProvider>
    </I18nProvider>
  );
}
