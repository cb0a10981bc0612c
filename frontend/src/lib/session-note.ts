/** A short text that outlives a sign-in, but not the tab: it never enters an address. */
export const sessionNote = {
  read: (name: string): string | undefined => sessionStorage.getItem(name) ?? undefined,
  write: (name: string, text: string): void => sessionStorage.setItem(name, text),
  forget: (name: string): void => sessionStorage.removeItem(name),
}
