// One customer: what stands at its sites, what is worked on, and the places themselves.
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomerRow } from '#shared/http/inventory.ts'
import type { Overview } from '#shared/http/overview.ts'
import { send } from '../api/client.ts'
import { useMayChange } from '../api/role.ts'
import { ScreenTitle } from '../app/screen-title.tsx'
import { useOverview } from '../overview/overview-queries.ts'
import { SeverityStrip } from '../overview/severity-strip.tsx'
import { AgentFigures, HeldFigures, IncidentFigures } from '../overview/side-panels.tsx'
import { SitePanel } from '../overview/site-panel.tsx'
import { TrendPanel } from '../overview/trend-panel.tsx'
import { customersQuery } from '../sites/site-queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { Tag } from '../ui/marks.tsx'
import { Empty, Failed, SkeletonRows } from '../ui/notices.tsx'
import page from '../ui/page.module.css'
import { CustomerAlarms, CustomerIncidents } from './customer-work.tsx'

const CustomerForm = lazy(async () => ({ default: (await import('./customer-form.tsx')).CustomerForm }))

export function CustomerScreen() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/signed-in/customers/$id' })
  const query = useQuery({ ...customersQuery, staleTime: 15_000 })
  const customer = query.data?.items.find((one) => one.id === id)
  if (customer) return <CustomerPage customer={customer} known={query.data?.items ?? []} />
  if (query.isError) return <Failed failure={query.error} retry={() => void query.refetch()} />
  if (query.isPending) return <SkeletonRows count={12} />
  return (
    <>
      <ScreenTitle title={t('nav.customers')} />
      <Empty icon="customers" title={t('failure.not-found.cause')}>
        <Link to="/customers" search={{}}>
          {t('nav.customers')}
        </Link>
      </Empty>
    </>
  )
}

function CustomerPage({ customer, known }: { customer: CustomerRow; known: readonly CustomerRow[] }) {
  const { t } = useTranslation()
  const [hours, setHours] = useState(24)
  const query = useOverview({ customer: customer.id, hours, sites: 300 })
  return (
    <div className={page.page}>
      <ScreenTitle title={customer.name} within={t('nav.customers')} to="/customers" />
      <Head customer={customer} known={known} isEmpty={query.data?.siteCount === 0} />
      {query.data === undefined ? (
        query.isError ? (
          <Failed failure={query.error} retry={() => void query.refetch()} />
        ) : (
          <SkeletonRows count={12} />
        )
      ) : (
        <Body customer={customer} overview={query.data} hours={hours} onHours={setHours} />
      )}
    </div>
  )
}

function Body(props: { customer: CustomerRow; overview: Overview; hours: number; onHours(hours: number): void }) {
  const { customer, overview, hours, onHours } = props
  const { t } = useTranslation()
  const may = useMayChange()
  if (overview.siteCount === 0)
    return (
      <Empty icon="sites" title={t('customers.noSites')}>
        <p>{t(may ? 'customers.noSitesNext' : 'overview.emptyViewer')}</p>
        {may ? (
          <Link to="/sites" search={{}}>
            {t('nav.sites')}
          </Link>
        ) : null}
      </Empty>
    )
  return (
    <>
      <SeverityStrip overview={overview} customer={customer.id} />
      <div className={page.columns}>
        <div className={page.stack}>
          <SitePanel overview={overview} ofCustomer />
          <CustomerAlarms customer={customer.id} />
          <TrendPanel trend={overview.trend} hours={hours} onHours={onHours} />
        </div>
        <div className={page.stack}>
          <IncidentFigures incidents={overview.incidents} />
          <CustomerIncidents customer={customer.id} />
          <AgentFigures agents={overview.agents} devices={overview.devices} />
          <HeldFigures heldBy={overview.heldBy} />
        </div>
      </div>
    </>
  )
}

interface HeadProps {
  readonly customer: CustomerRow
  readonly known: readonly CustomerRow[]
  /** Only one without sites may go. */
  readonly isEmpty: boolean
}

function Head({ customer, known, isEmpty }: HeadProps) {
  const { t } = useTranslation()
  const may = useMayChange() && customer.origin === 'collector'
  const navigate = useNavigate()
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null)
  const close = () => setOpen(null)
  return (
    <header className={page.head}>
      <div className={page.headText}>
        <h2>{customer.name}</h2>
        <div className={`quiet ${page.line}`}>
          <span className="mono">{customer.id}</span>
          <Tag title={t(`siteOriginHint.${customer.origin}`)}>{t(`siteOrigin.${customer.origin}`)}</Tag>
        </div>
      </div>
      {may ? (
        <div className={page.buttons}>
          <Button variant="default" leftSection={<Icon name="edit" size={13} />} onClick={() => setOpen('edit')}>
            {t('customers.edit')}
          </Button>
          {isEmpty ? (
            <Button variant="default" leftSection={<Icon name="trash" size={13} />} onClick={() => setOpen('remove')}>
              {t('customers.remove')}
            </Button>
          ) : null}
        </div>
      ) : null}
      <Suspense>
        {open === 'edit' ? <CustomerForm of={customer} known={known} onClose={close} onDone={close} /> : null}
      </Suspense>
      {open === 'remove' ? (
        <ConfirmDialog
          title={t('remove.title', { name: customer.name })}
          hint={t('customers.removeHint')}
          label={t('remove.do')}
          queryKey={['customers']}
          also={[['overview']]}
          run={() => send('DELETE', `/customers/${encodeURIComponent(customer.id)}`)}
          onClose={close}
          onDone={() => void navigate({ to: '/customers', search: {} })}
        />
      ) : null}
    </header>
  )
}
