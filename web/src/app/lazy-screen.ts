import { lazyRouteComponent } from '@tanstack/react-router'
import { allWords } from './i18n.ts'

/** A screen that is fetched when it is opened, with all words it may say and the looks of what is in it. */
export const screen: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(async () => {
    const [module] = await Promise.all([load(), allWords(), import('./later-styles.ts')])
    return module
  }, name)
