// One unknown trap: what it carried, and the definition that is made of it. What it would have said is shown before it is kept.
import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { UnknownTrapDetail } from '#shared/http/traps.ts'
import { send } from '../api/client.ts'
import { useMayChange, useMayTend } from '../api/role.ts'
import { grouped } from '../ui/format.ts'
import { Icon } from '../ui/icons.tsx'
import { Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { Panel } from '../ui/panel.tsx'
import { useSay } from '../ui/say.ts'
import { Time } from '../ui/time.tsx'
import { DefinitionEditor } from './definition-editor.tsx'
import { Varbinds } from './event-dialog.tsx'
import { trapPath, unknownTrapQuery } from './event-queries.ts'
import { varbindsOf } from './event-words.ts'
import css from './events.module.css'
import { enterpriseText } from './unknown-traps.tsx'

export function UnknownTrap({ oid }: { oid: string }) {
  const query = useQuery(unknownTrapQuery(oid))
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={10} />
  return <Detail detail={query.data} />
}

function Detail({ detail }: { detail: UnknownTrapDetail }) {
  const { t } = useTranslation()
  const say = useSay()
  const may = useMayChange()
  const mayIgnore = useMayTend()
  const queries = useQueryClient()
  const navigate = useNavigate({ from: '/events' })
  const { row, samples } = detail
  const back = () => {
    void queries.invalidateQueries({ queryKey: ['unknown-traps', 'list'] })
    void queries.invalidateQueries({ queryKey: ['trap-definitions'] })
    void queries.invalidateQueries({ queryKey: ['events'] })
    void navigate({ search: (old) => ({ ...old, oid: undefined }) })
  }
  const ignore = useMutation({
    mutationFn: () => send('POST', `${trapPath(row.oid)}/ignore`, { ignored: !row.ignored }),
    onError: say.failure,
    onSuccess: back,
  })
  return (
    <div className={page.page}>
      <header className={page.head}>
        <div className={page.headText}>
          <Link to="/events" search={{ view: 'unknown' }}>
            {t('unknownTrap.back')}
          </Link>
          <h2 className="mono">{row.oid}</h2>
          <div className={`quiet ${page.line}`}>
            <span>{enterpriseText(row)}</span>
            <span className="num">{t('unknownTrap.came', { count: row.count, shown: grouped(row.count) })}</span>
            <span>
              <Time at={row.firstAt} /> – <Time at={row.lastAt} />
            </span>
            {row.ignoredBy === null ? null : <span>{t('unknownTrap.ignoredBy', { user: row.ignoredBy })}</span>}
          </div>
          <div className={page.line}>
            {row.devices.slice(0, 12).map((device) => (
              <Link key={device} to="/devices/$id" params={{ id: device }} search={{}}>
                {row.deviceNames?.[device] ?? device}
              </Link>
            ))}
            {row.deviceCount > 12 ? <span className="quiet num">+{row.deviceCount - 12}</span> : null}
          </div>
        </div>
        {mayIgnore ? (
          <Button variant="default" loading={ignore.isPending} onClick={() => ignore.mutate()}>
            {t(row.ignored ? 'unknownTrap.takeBack' : 'unknownTrap.ignore')}
          </Button>
        ) : null}
      </header>
      <div className={css.split}>
        <Panel title={t('unknownTrap.samples', { count: samples.length })}>
          <div className={css.samples}>
            {samples.length === 0 ? <p className="quiet">{t('unknownTrap.noSamples')}</p> : null}
            {samples.map((sample) => (
              <section key={`${sample.at} ${sample.device}`}>
                <div className={page.line}>
                  <Time at={sample.at} full />
                  <span>
                    {sample.device === null ? sample.event.source : (row.deviceNames?.[sample.device] ?? sample.device)}
                  </span>
                  <span className="quiet">{sample.event.version}</span>
                </div>
                <Varbinds of={varbindsOf(sample.event, undefined)} />
              </section>
            ))}
          </div>
        </Panel>
        {may ? (
          <DefinitionEditor detail={detail} onSaved={back} />
        ) : (
          <p className={page.notice}>
            <Icon name="lock" />
            <span>{t('role.readOnly')}</span>
          </p>
        )}
      </div>
    </div>
  )
}
