// Where a new device is and how it comes in: one by one, a list, or whatever answers in a range.
import { NativeSelect, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sitesQuery } from '../api/queries.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon, type IconName } from '../ui/icons.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import css from './add-device.module.css'

const WAYS = [
  { way: 'one', icon: 'plus', search: { make: 'device' } },
  { way: 'list', icon: 'sheet', search: { make: 'import' } },
  { way: 'sweep', icon: 'radar', search: { part: 'discovery' } },
] as const satisfies readonly { readonly way: string; readonly icon: IconName; readonly search: object }[]

/** `site`: the one that is chosen at first. */
export function AddDeviceDialog({ site: first, onClose }: { site?: string | undefined; onClose(): void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const query = useQuery(sitesQuery)
  const sites = [...(query.data?.items ?? [])].sort((a, b) => a.name.localeCompare(b.name))
  const [chosen, setChosen] = useState(first)
  const site = sites.find((one) => one.id === chosen) ?? sites[0]
  return (
    <Dialog onClose={onClose} title={t('addDevice.title')} size="md">
      {query.isError ? (
        <Failed failure={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <SkeletonRows count={4} />
      ) : site === undefined ? (
        <Empty icon="sites" title={t('sites.none')} small>
          <p>
            <Link to="/sites" search={{}}>
              {t('addDevice.siteFirst')}
            </Link>
          </p>
        </Empty>
      ) : (
        <div className={page.form} data-add-device>
          <NativeSelect
            label={t('column.site')}
            description={t('addDevice.siteHint')}
            value={site.id}
            onChange={(event) => setChosen(event.currentTarget.value)}
            data={sites.map((one) => ({ value: one.id, label: `${one.name} · ${one.customerName}` }))}
          />
          <div className={css.ways}>
            {WAYS.map(({ way, icon, search }) => (
              <UnstyledButton
                key={way}
                className={css.way}
                data-way={way}
                data-autofocus={way === 'one' ? true : undefined}
                onClick={() => void navigate({ to: '/sites/$id', params: { id: site.id }, search })}
              >
                <Icon name={icon} size={18} />
                <span>
                  <b>{t(`addDevice.${way}`)}</b>
                  <span className="quiet">{t(`addDevice.${way}Hint`)}</span>
                </span>
              </UnstyledButton>
            ))}
          </div>
        </div>
      )}
    </Dialog>
  )
}
