import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ScreenTitle } from '../app/screen-title.tsx'
import { LanguageMenu, ThemeMenu } from '../app/user-menu.tsx'
import { isNewInstallation } from '../welcome/is-new.ts'
import { ownAddress } from './own-address.ts'
import css from './sign-in.module.css'
import { SignInForm } from './sign-in-form.tsx'

export function SignInScreen() {
  const { t } = useTranslation()
  const { to } = useSearch({ from: '/login' })
  const navigate = useNavigate()
  const router = useRouter()
  const queries = useQueryClient()

  async function enter() {
    const own = ownAddress(to)
    if (own !== undefined && own !== '/overview') router.history.push(own)
    else if (await isNewInstallation(queries)) void navigate({ to: '/welcome', search: {} })
    else void navigate({ to: '/overview', search: {} })
  }

  return (
    <main className={css.page}>
      <ScreenTitle title={t('signIn.submit')} />
      <div>
        <section className={css.card}>
          <header className={css.brand}>
            <img src="/icon.svg" alt="" width={38} height={38} />
            <div>
              <h1>Outrider</h1>
              <p>{t('signIn.claim')}</p>
            </div>
          </header>
          <SignInForm onDone={() => void enter()} />
        </section>
        <footer className={css.foot}>
          <LanguageMenu />
          <ThemeMenu />
        </footer>
      </div>
    </main>
  )
}
