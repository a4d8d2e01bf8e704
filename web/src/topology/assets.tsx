// Which units stood in the place of a device: the one that is there now first.
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { AssetList } from '#shared/http/topology.ts'
import { State, Tag } from '../ui/marks.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import css from './topology.module.css'
import { assetsQuery } from './topology-queries.ts'

/** Nothing for a device that never said its serial number. */
export function Assets({ device }: { device: string }) {
  const { t } = useTranslation()
  const query = useQuery(assetsQuery(device))
  if (query.data?.items.length === 0) return null
  return (
    <Panel title={t('assets.title')}>
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows count={2} />
      ) : (
        <ol className={css.assets}>
          {query.data.items.map((asset) => (
            <li key={`${asset.serial} ${asset.from}`}>
              <div className={css.title}>
                <b className="mono">{asset.serial}</b>
                {asset.until === null ? (
                  <State tone="good" word={t('assets.now')} />
                ) : asset.alternates ? (
                  <Tag title={t('assets.alternatesHint')}>{t('assets.alternates')}</Tag>
                ) : null}
              </div>
              <span>{[asset.vendor, asset.model, asset.version].filter(Boolean).join(' · ')}</span>
              <span className="quiet">
                <Time at={asset.from} full /> –{' '}
                {asset.until === null ? t('assets.today') : <Time at={asset.until} full />}
              </span>
            </li>
          ))}
          <Changes of={query.data.changes} />
        </ol>
      )}
    </Panel>
  )
}

const SHOWN = 10

function Changes({ of }: { of: AssetList['changes'] }) {
  const { t } = useTranslation()
  return of.slice(0, SHOWN).map(({ at, change, before, after }) => (
    <li key={`${at} ${change}`}>
      <div className={css.title}>
        <span className="quiet">
          <Time at={at} />
        </span>
        <b>{t(`assetChange.${change}`)}</b>
      </div>
      <span className="quiet">
        {(['serial', 'model', 'version'] as const)
          .filter((key) => before[key] !== after[key])
          .map((key) => `${before[key] ?? '–'} → ${after[key] ?? '–'}`)
          .join(' · ')}
      </span>
    </li>
  ))
}
