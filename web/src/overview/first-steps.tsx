// Nothing is watched yet: what comes first, what next.
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Empty } from '../ui/notices.tsx'

export function FirstSteps({ may }: { may: boolean }) {
  const { t } = useTranslation()
  return (
    <Empty icon="sites" title={t('overview.empty')}>
      <p>{t(may ? 'overview.emptyNext' : 'overview.emptyViewer')}</p>
      {may ? (
        <div>
          <Button renderRoot={(props) => <Link to="/sites" search={{}} {...props} />}>{t('overview.firstSite')}</Button>
        </div>
      ) : null}
    </Empty>
  )
}
