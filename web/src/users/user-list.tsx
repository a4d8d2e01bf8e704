import { ActionIcon, Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UserRow } from '#shared/http/users.ts'
import { send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { customersQuery } from '../sites/site-queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { State, Tag } from '../ui/marks.tsx'
import { MenuButton } from '../ui/menu-button.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { useSay } from '../ui/say.ts'
import { Time } from '../ui/time.tsx'
import { ShownPassword } from './shown-password.tsx'
import { userPath, usersQuery } from './user-queries.ts'
import css from './users.module.css'

const UserDialog = lazy(async () => ({ default: (await import('./user-dialog.tsx')).UserDialog }))
const ResetPassword = lazy(async () => ({ default: (await import('./account-dialogs.tsx')).ResetPassword }))
const DisableUser = lazy(async () => ({ default: (await import('./account-dialogs.tsx')).DisableUser }))

type Row = UserRow & { readonly id: string }
type Act = 'change' | 'reset' | 'disable' | 'sessions'
type Open =
  | { readonly act: Act; readonly row: Row }
  | 'new'
  | { readonly user: string; readonly password: string }
  | null

export function UserList() {
  const { t } = useTranslation()
  const { q } = useSearch({ from: '/signed-in/users' })
  const navigate = useNavigate({ from: '/users' })
  const query = useQuery(usersQuery)
  const [open, setOpen] = useState<Open>(null)
  const rows = useMemo(() => {
    const words = (q ?? '').toLowerCase()
    const all = query.data?.items.map((row): Row => ({ ...row, id: row.name })) ?? []
    return all.filter((row) => `${row.name} ${row.role} ${row.customers?.join(' ')}`.toLowerCase().includes(words))
  }, [query.data, q])
  const columns = useColumns(setOpen)
  const close = () => setOpen(null)
  const onMade = (user: string, password: string) => setOpen({ user, password })
  const signedIn = query.data?.items.filter((row) => row.sessions.length > 0).length
  return (
    <>
      <ListBar
        q={q}
        placeholder={t('users.search')}
        onSearch={(text) => void navigate({ search: (old) => ({ ...old, q: text }), replace: true })}
        actions={
          <>
            {signedIn === undefined ? null : <span className="quiet">{t('users.inNow', { count: signedIn })}</span>}
            <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setOpen('new')}>
              {t('users.new')}
            </Button>
          </>
        }
      />
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="users" title={t('users.none')}>
            {t('users.noneNext')}
          </Empty>
        }
        onOpen={(row) => setOpen({ act: 'change', row })}
      />
      <Suspense>
        {open === null ? null : open === 'new' ? (
          <UserDialog row={undefined} onClose={close} onMade={onMade} />
        ) : 'password' in open ? (
          <ShownPassword {...open} onClose={close} />
        ) : open.act === 'change' ? (
          <UserDialog row={open.row} onClose={close} onMade={onMade} />
        ) : open.act === 'reset' ? (
          <ResetPassword row={open.row} onClose={close} onMade={onMade} />
        ) : open.act === 'disable' ? (
          <DisableUser row={open.row} onClose={close} />
        ) : (
          <ConfirmDialog
            title={t('users.endOf', { user: open.row.name })}
            hint={t('users.endHint', { count: open.row.sessions.length })}
            label={t('users.end')}
            queryKey={['users']}
            run={() => send('DELETE', `${userPath(open.row.name)}/sessions`)}
            onClose={close}
          />
        )}
      </Suspense>
    </>
  )
}

function useColumns(open: (what: Open) => void): readonly DataColumn<Row>[] {
  const { t } = useTranslation()
  const customers = useQuery(customersQuery).data?.items
  const me = useQuery(sessionQuery).data?.user
  return useMemo(() => {
    const nameOf = (id: string) => customers?.find((one) => one.id === id)?.name ?? id
    const scope = (row: Row) =>
      row.customers === null ? <span className="quiet">{t('users.all')}</span> : row.customers.map(nameOf).join(', ')
    return [
      {
        id: 'name',
        label: t('users.name'),
        value: (row) => row.name,
        cell: (row) => (
          <>
            <b>{row.name}</b> {row.name === me ? <Tag>{t('users.you')}</Tag> : null}
            <div className={page.phoneOnly}>
              {t(`role.${row.role}`)} · {scope(row)}
            </div>
          </>
        ),
      },
      {
        id: 'role',
        label: t('users.role'),
        wideOnly: true,
        value: (row) => t(`role.${row.role}`),
        cell: (row) => t(`role.${row.role}`),
      },
      { id: 'customers', label: t('users.customers'), wideOnly: true, cell: scope },
      {
        id: 'state',
        label: t('column.state'),
        value: (row) => (row.disabled ? 0 : row.sessions.length > 0 ? 2 : 1),
        cell: (row) => <Presence row={row} />,
      },
      {
        id: 'last',
        label: t('users.lastSignIn'),
        wideOnly: true,
        value: (row) => row.lastSignInAt ?? 0,
        cell: (row) =>
          row.lastSignInAt === null ? (
            <span className="quiet">{t('users.never')}</span>
          ) : (
            <>
              <Time at={row.lastSignInAt} />
              <div className="quiet mono">{row.lastSignInFrom}</div>
            </>
          ),
      },
      {
        id: 'failed',
        label: t('users.failed'),
        wideOnly: true,
        value: (row) => row.failedSignIns,
        cell: (row) =>
          row.failedSignIns === 0 ? (
            <span className="quiet">–</span>
          ) : (
            <>
              <span className="num">{t('users.failedTimes', { count: row.failedSignIns })}</span>
              <div className="quiet">
                <Time at={row.lastFailedAt} /> <span className="mono">{row.lastFailedFrom}</span>
              </div>
            </>
          ),
      },
      {
        id: 'tokens',
        label: t('users.tokens'),
        right: true,
        wideOnly: true,
        width: 70,
        value: (row) => row.tokens,
        cell: (row) =>
          row.tokens === 0 ? (
            <span className="quiet">–</span>
          ) : (
            <Link to="/tokens" search={{ user: row.name }} className="num" onClick={(event) => event.stopPropagation()}>
              {row.tokens}
            </Link>
          ),
      },
      {
        id: 'do',
        label: t('maintenance.actions'),
        head: <span className="sr-only">{t('maintenance.actions')}</span>,
        right: true,
        width: 52,
        cell: (row) => <UserActions row={row} open={open} />,
      },
    ]
  }, [t, customers, me, open])
}

function UserActions({ row, open }: { row: Row; open(what: Open): void }) {
  const { t } = useTranslation()
  const say = useSay()
  const queries = useQueryClient()
  const enable = useMutation({
    mutationFn: () => send('PATCH', userPath(row.name), { disabled: false }),
    onSuccess: () => say.done(t('users.isEnabled', { user: row.name })),
    onError: say.failure,
    onSettled: () => void queries.invalidateQueries({ queryKey: ['users'] }),
  })
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only keeps the row below from opening
    // biome-ignore lint/a11y/useKeyWithClickEvents: only keeps the row below from opening
    <div onClick={(event) => event.stopPropagation()}>
      <MenuButton
        target={
          <ActionIcon aria-label={t('users.actionsOf', { user: row.name })} loading={enable.isPending}>
            <Icon name="edit" />
          </ActionIcon>
        }
        entries={[
          { key: 'change', icon: 'edit', label: t('users.changeShort'), onSelect: () => open({ act: 'change', row }) },
          { key: 'reset', icon: 'key', label: t('users.reset'), onSelect: () => open({ act: 'reset', row }) },
          ...(row.sessions.length === 0
            ? []
            : [
                {
                  ...{ key: 'sessions', icon: 'leave' as const, label: t('users.end') },
                  onSelect: () => open({ act: 'sessions', row }),
                },
              ]),
          row.disabled
            ? { key: 'enable', icon: 'check', label: t('users.enable'), divided: true, onSelect: () => enable.mutate() }
            : {
                ...{ key: 'disable', icon: 'lock', label: t('users.disable'), divided: true },
                onSelect: () => open({ act: 'disable', row }),
              },
        ]}
      />
    </div>
  )
}

/** Signed in now and where, or not. */
function Presence({ row }: { row: Row }) {
  const { t } = useTranslation()
  if (row.disabled) return <State tone="plain" shape="ring" word={t('users.off')} />
  const [first] = row.sessions
  if (first === undefined) return <State tone="plain" shape="ring" word={t('users.out')} />
  return (
    <>
      <State tone="good" word={t('users.in', { count: row.sessions.length })} />
      <ul className={`${css.sessions} quiet`}>
        {row.sessions.slice(0, 3).map((one) => (
          <li key={one.startedAt}>
            <span className="mono">{one.address}</span> <Time at={one.seenAt} />
          </li>
        ))}
      </ul>
    </>
  )
}
