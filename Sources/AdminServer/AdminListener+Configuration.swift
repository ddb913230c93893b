extension AdminListener {
    /// What is served, and under which bounds.
    package struct Configuration: Sendable {
        /// What logs and metrics call it.
        let name: String
        let router: AdminRouter
        let access: AdminAccess
        let limits: AdminLimits

        /// Joins the four; `name` is what logs and metrics call the listener.
        package init(name: String, router: AdminRouter, access: AdminAccess, limits: AdminLimits) {
            self.name = name
            self.router = router
            self.access = access
            self.limits = limits
        }
    }
}
