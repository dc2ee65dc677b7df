package tenant

import "log/slog"

// Role is what a caller of ours may do. The zero value may nothing.
type Role uint8

// The roles.
const (
	RoleNone      Role = iota
	Operator           // sees all tenants
	TenantRole         // everything of one tenant
	ExtensionRole      // one extension of one tenant
)

// String returns the role in lower case.
func (r Role) String() string {
	switch r {
	case Operator:
		return "operator"
	case TenantRole:
		return "tenant"
	case ExtensionRole:
		return "extension"
	default:
		return "none"
	}
}

// Via says which kind of credential an identity came with.
type Via uint8

// The kinds of credential.
const (
	ViaNone    Via = iota
	ViaLogin       // username and password
	ViaAppKey      // an application's key
	ViaOpen        // an open listener: no credential
	ViaSession     // the web's cookie
)

// String returns the credential's kind for logs.
func (v Via) String() string {
	switch v {
	case ViaLogin:
		return "login"
	case ViaAppKey:
		return "app_key"
	case ViaOpen:
		return "open"
	case ViaSession:
		return "session"
	default:
		return "none"
	}
}

// Identity is who a request comes from. The zero Identity is nobody.
type Identity struct {
	Role      Role
	Tenant    *Tenant // nil for operators and nobody
	Extension string  // with ExtensionRole only
	Name      string  // the login, or the name of the app key
	Via       Via

	Session    string  // id of the web's session, with ViaSession
	User       string  // id of the web's user; "" for others
	Rights     *Rights // nil: all that Role allows
	MustChange bool    // nothing is allowed before there is a new password
}

// May reports whether the identity's rights allow something in an area. What its
// Role does not allow is refused beside that.
func (i Identity) May(area string, l Level) bool { return !i.MustChange && i.Rights.May(area, l) }

// MayUseServer reports whether the identity may reach a server at all.
func (i Identity) MayUseServer(id int) bool {
	switch i.Role {
	case Operator:
		return true
	case TenantRole, ExtensionRole:
		return i.Tenant != nil && i.Tenant.HasServer(id)
	default:
		return false
	}
}

// MayUseExtension reports whether the identity may act for ext: a tenant for
// each of its extensions, an extension for itself. Operators act for no
// extension by this question, because it names no tenant.
func (i Identity) MayUseExtension(ext string) bool {
	if i.Tenant == nil || !i.Tenant.HasExtension(ext) {
		return false
	}
	return i.Role == TenantRole || (i.Role == ExtensionRole && i.Extension == ext)
}

// LogValue implements slog.LogValuer.
func (i Identity) LogValue() slog.Value {
	attrs := make([]slog.Attr, 0, 5)
	attrs = append(attrs, slog.String("role", i.Role.String()))
	if i.Tenant != nil {
		attrs = append(attrs, slog.Any("tenant", i.Tenant.ID))
	}
	if i.Extension != "" {
		attrs = append(attrs, slog.String("extension", i.Extension))
	}
	if i.Name != "" {
		attrs = append(attrs, slog.String("name", i.Name))
	}
	if i.Via != ViaNone {
		attrs = append(attrs, slog.String("via", i.Via.String()))
	}
	return slog.GroupValue(attrs...)
}
