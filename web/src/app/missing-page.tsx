import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Empty } from '../ui/notices.tsx'
import { ScreenTitle } from './screen-title.tsx'

export function MissingPage() {
  const { t } = useTranslation()
  return (
    <>
      <ScreenTitle title={t('missing.title')} />
      <Empty icon="question" title={t('missing.title')}>
        <Link to="/alarms" search={{}}>
          {t('missing.action')}
        </Link>
      </Empty>
    </>
  )
}
