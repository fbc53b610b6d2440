/** The CSRF token for requests that scripts make, as Django expects it in the `X-CSRFToken` header. */
export function csrfToken(): string {
  const field = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]');
  if (field?.content) {
    return field.content;
  }
  const pair = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return pair ? decodeURIComponent(pair.slice("csrftoken=".length)) : "";
}
