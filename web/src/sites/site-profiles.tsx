// Device profiles the collector sends to the agents of a site, beside those that come with the program.
import { ActionIcon, Button, FileButton } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { ProfileFileRow } from '#shared/http/site-config.ts'
import { useMayChange } from '../api/role.ts'
import { type DataColumn, DataTable } from '../ui/data-table.tsx'
import { withUnit } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { State } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { Time } from '../ui/time.tsx'
import { ProfileProblems, RefusedProfiles, uploadProfiles } from './profile-problems.tsx'
import { profilesQuery } from './site-queries.ts'
import css from './sites.module.css'

const RemoveDialog = lazy(async () => ({ default: (await import('./remove-dialog.tsx')).RemoveDialog }))

export function SiteProfiles({ site }: { site: SiteRow }) {
  const { t } = useTranslation()
  const may = useMayChange()
  const queries = useQueryClient()
  const query = useQuery(profilesQuery(site.id))
  const [removing, setRemoving] = useState<string | null>(null)
  const columns = useColumns(may, setRemoving)
  const upload = useMutation({
    mutationFn: (files: readonly File[]) => uploadProfiles(site.id, files),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['site-config', site.id] }),
  })
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  return (
    <>
      <p className={page.hint}>{t('profiles.hint')}</p>
      <Panel>
        {may ? (
          <div className={css.bar}>
            <span className={css.spring} />
            <FileButton
              multiple
              accept=".yaml,.yml"
              onChange={(files) => (files.length > 0 ? upload.mutate(files) : undefined)}
            >
              {(props) => (
                <Button leftSection={<Icon name="plus" size={13} />} loading={upload.isPending} {...props}>
                  {t('profiles.add')}
                </Button>
              )}
            </FileButton>
          </div>
        ) : null}
        {upload.data ? <RefusedProfiles refused={upload.data} all={upload.variables.length} /> : null}
        {query.isPending ? (
          <SkeletonRows count={3} />
        ) : query.data.items.length === 0 ? (
          <Empty icon="devices" title={t('profiles.none')}>
            <p>{t('profiles.noneNext')}</p>
          </Empty>
        ) : (
          <DataTable rows={query.data.items} columns={columns} keyOf={(row) => row.name} />
        )}
      </Panel>
      {may ? null : <p className={page.hint}>{t('role.readOnly')}</p>}
      {removing === null ? null : (
        <Suspense>
          <RemoveDialog
            site={site.id}
            kind="profiles"
            name={removing}
            label={removing}
            onClose={() => setRemoving(null)}
          />
        </Suspense>
      )}
    </>
  )
}

function useColumns(may: boolean, remove: (name: string) => void): readonly DataColumn<ProfileFileRow>[] {
  const { t } = useTranslation()
  return useMemo(
    () => [
      {
        id: 'state',
        label: t('column.state'),
        width: 110,
        value: (row) => row.problems.length,
        cell: (row) => (
          <State
            tone={row.problems.length === 0 ? 'good' : 'warn'}
            shape={row.problems.length === 0 ? 'dot' : 'ring'}
            word={t(row.problems.length === 0 ? 'profileState.loaded' : 'profileState.partly')}
          />
        ),
      },
      {
        id: 'name',
        label: t('profiles.file'),
        value: (row) => row.name,
        cell: (row) => (
          <>
            <b className="mono">{row.name}</b>
            <ProfileProblems name={row.name} problems={row.problems} />
          </>
        ),
      },
      {
        id: 'size',
        label: t('column.size'),
        right: true,
        wideOnly: true,
        value: (row) => row.bytes,
        cell: (row) => <span className="num">{withUnit(row.bytes, 'By')}</span>,
      },
      {
        id: 'changed',
        label: t('settings.changed'),
        wideOnly: true,
        value: (row) => row.updatedAt,
        cell: (row) => (
          <>
            <Time at={row.updatedAt} /> <span className="quiet">{row.updatedBy}</span>
          </>
        ),
      },
      ...(may
        ? [
            {
              id: 'do',
              label: '',
              right: true,
              width: 48,
              cell: (row: ProfileFileRow) => (
                <ActionIcon aria-label={t('profiles.remove', { name: row.name })} onClick={() => remove(row.name)}>
                  <Icon name="trash" />
                </ActionIcon>
              ),
            },
          ]
        : []),
    ],
    [t, may, remove],
  )
}
