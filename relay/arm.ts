/** Azure Resource Manager of the public cloud; also what its tokens are for. */
export const ARM = 'https://management.azure.com';
