// Tokens for scripts: one's own, and for administrators everybody's.
import { Button, Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Token } from '#shared/http/session.ts'
import { send } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import type { DataColumn } from '../ui/data-table.tsx'
import { Icon } from '../ui/icons.tsx'
import { ListBar } from '../ui/list-bar.tsx'
import { ListBody } from '../ui/list-body.tsx'
import { State, Tag, type Tone } from '../ui/marks.tsx'
import { Empty } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Time, useNow } from '../ui/time.tsx'
import { stateOf, type TokenState } from './token-form.ts'
import { tokensQuery } from './token-queries.ts'
import type { TokensSearch } from './tokens-search.ts'

const TokenDialog = lazy(async () => ({ default: (await import('./token-dialog.tsx')).TokenDialog }))

export function TokensScreen() {
  const { t } = useTranslation()
  const isAdmin = useMayChange()
  const me = useQuery(sessionQuery).data?.user
  const { q, user, all } = useSearch({ from: '/signed-in/tokens' })
  const navigate = useNavigate({ from: '/tokens' })
  const query = useQuery(tokensQuery)
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<Token | null>(null)
  const set = (change: TokensSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })
  const whose = user ?? (all ? undefined : me)
  const rows = useMemo(() => {
    const words = (q ?? '').toLowerCase()
    return (
      query.data?.items.filter(
        (row) =>
          (whose === undefined || row.user === whose) &&
          `${row.name} ${row.user} ${row.role}`.toLowerCase().includes(words),
      ) ?? []
    )
  }, [query.data, q, whose])
  const columns = useColumns(whose === undefined || whose !== me, setRevoking)
  return (
    <>
      <ScreenTitle title={t('nav.tokens')} />
      <ListBar
        q={q}
        placeholder={t('tokens.search')}
        onSearch={(text) => set({ q: text })}
        actions={
          <Button leftSection={<Icon name="plus" size={13} />} onClick={() => setMaking(true)}>
            {t('tokens.new')}
          </Button>
        }
      >
        {isAdmin ? (
          <Checkbox
            size="xs"
            label={t('tokens.everybodys')}
            checked={all === true || user !== undefined}
            onChange={(event) => set({ all: event.currentTarget.checked ? true : undefined, user: undefined })}
          />
        ) : null}
        {user === undefined || user === me ? null : (
          <Button
            variant="default"
            size="compact-xs"
            rightSection={<Icon name="close" size={11} />}
            aria-label={t('tokens.notOnlyOf', { user })}
            onClick={() => set({ user: undefined, all: true })}
          >
            {user}
          </Button>
        )}
      </ListBar>
      <p className={page.hint} style={{ padding: '10px 14px' }}>
        {t('tokens.hint')}
      </p>
      <ListBody
        query={query}
        rows={rows}
        columns={columns}
        empty={
          <Empty icon="key" title={t('tokens.none')}>
            {t('tokens.noneNext')}
          </Empty>
        }
        onOpen={undefined}
      />
      <Suspense>{making ? <TokenDialog onClose={() => setMaking(false)} /> : null}</Suspense>
      {revoking === null ? null : (
        <ConfirmDialog
          title={t('tokens.revokeOf', { name: revoking.name })}
          hint={t('tokens.revokeHint')}
          label={t('tokens.revoke')}
          queryKey={['tokens']}
          run={() => send('DELETE', `/tokens/${encodeURIComponent(revoking.id)}`)}
          onClose={() => setRevoking(null)}
        />
      )}
    </>
  )
}

const TONES: Readonly<Record<TokenState, Tone>> = { good: 'good', 'ends-soon': 'warn', ended: 'plain', unused: 'plain' }

function useColumns(withUser: boolean, revoke: (row: Token) => void): readonly DataColumn<Token>[] {
  const { t } = useTranslation()
  const minute = Math.floor(useNow() / 60_000) * 60_000
  return useMemo(
    () => [
      {
        id: 'name',
        label: t('tokens.name'),
        value: (row) => row.name,
        cell: (row) => (
          <>
            <b>{row.name}</b>
            <div className={page.phoneOnly}>
              {t(`role.${row.role}`)}
              {withUser ? ` · ${row.user}` : null}
            </div>
          </>
        ),
      },
      ...(withUser
        ? [
            {
              ...{ id: 'user', label: t('users.name'), wideOnly: true },
              value: (row: Token) => row.user,
              cell: (row: Token) => row.user,
            },
          ]
        : []),
      {
        id: 'role',
        label: t('tokens.role'),
        wideOnly: true,
        value: (row) => row.role,
        cell: (row) => <Tag>{t(`role.${row.role}`)}</Tag>,
      },
      {
        id: 'state',
        label: t('column.state'),
        cell: (row) => {
          const state = stateOf(row, minute)
          return (
            <State tone={TONES[state]} shape={state === 'good' ? 'dot' : 'ring'} word={t(`apiTokenState.${state}`)} />
          )
        },
      },
      {
        id: 'ends',
        label: t('tokens.ends'),
        value: (row) => row.expiresAt ?? Number.POSITIVE_INFINITY,
        cell: (row) =>
          row.expiresAt === null ? <span className="quiet">{t('tokens.never')}</span> : <Time at={row.expiresAt} />,
      },
      {
        id: 'used',
        label: t('tokens.lastUsed'),
        wideOnly: true,
        value: (row) => row.lastUsedAt ?? 0,
        cell: (row) =>
          row.lastUsedAt === null ? (
            <span className="quiet">{t('tokens.notUsed')}</span>
          ) : (
            <>
              <Time at={row.lastUsedAt} /> <span className="quiet mono">{row.lastUsedFrom}</span>
            </>
          ),
      },
      {
        id: 'made',
        label: t('tokens.madeAt'),
        wideOnly: true,
        value: (row) => row.createdAt,
        cell: (row) => <Time at={row.createdAt} />,
      },
      {
        id: 'do',
        label: t('maintenance.actions'),
        head: <span className="sr-only">{t('maintenance.actions')}</span>,
        right: true,
        width: 90,
        cell: (row) => (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t('tokens.revokeOf', { name: row.name })}
            onClick={() => revoke(row)}
          >
            {t('tokens.revoke')}
          </Button>
        ),
      },
    ],
    [t, minute, withUser, revoke],
  )
}
